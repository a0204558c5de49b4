"""Rows of a form that anybody can fill in without a script: so many persons of a nationality, the legs of a route."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content_types.alert_blocks import country_choices
from content_types.alert_vocabularies import DocumentFraud, DocumentKind, Transport
from content_types.vocabularies import COUNTRY_CODES, country_name

# the full editor takes more
MOST_ROWS = 30
_EMPTY_ROWS = 2


class CountryField(forms.CharField):
    """A country by its name or its code, proposed by the browser from the one list of the page: a list of its own in
    each row would make the page heavy."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": "countries", "autocomplete": "off"})
        super().__init__(widget=widget, max_length=100, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show the name of what is stored as a code."""
        return country_name(value) if value in COUNTRY_CODES else value

    def clean(self, value: Any) -> str:
        """Return the code. Raises ValidationError for what is no country."""
        typed = str(super().clean(value)).strip()
        if not typed or typed.upper() in COUNTRY_CODES:
            return typed.upper()
        named = {name.casefold(): code for code, name in country_choices()}
        if typed.casefold() not in named:
            raise ValidationError(_("“%(typed)s” is no country of the list.") % {"typed": typed})
        return named[typed.casefold()]


class NationalityRow(forms.Form):
    """How many persons of one nationality."""

    country = CountryField(label=gettext_lazy("Country"))
    number = forms.IntegerField(label=gettext_lazy("Persons"), min_value=0, max_value=1_000_000, required=False)
    confirmed = forms.BooleanField(label=gettext_lazy("Confirmed"), required=False)


class LegRow(forms.Form):
    """One leg of a route."""

    country = CountryField(label=gettext_lazy("Country"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    mode = forms.ChoiceField(label=gettext_lazy("By"), choices=[("", "–"), *Transport.choices], required=False)


class DocumentRow(forms.Form):
    """One kind of document that was used."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", "–"), *DocumentKind.choices])
    country = CountryField(label=gettext_lazy("Issued by"), required=False)
    fraud = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it"), choices=[("", "–"), *DocumentFraud.choices], required=False
    )


class RowsWidget(forms.Widget):
    """The rows that are filled in, and empty ones below them."""

    use_fieldset = True
    most = MOST_ROWS

    def __init__(self, row: type[forms.Form]) -> None:
        self.row = row
        super().__init__()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        """Return what was typed, row by row; rows without a word are left out."""
        rows = (self.row(data, prefix=f"{name}-{number}") for number in range(MOST_ROWS))
        typed = ({key: row[key].data for key in row.fields} for row in rows)
        return [values for values in typed if any(values.values())]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether the form that was sent did not have the rows."""
        return not any(key.startswith(f"{name}-") for key in data)

    def subwidgets(self, name: str, value: Any, attrs: Any = None) -> Iterator[Any]:
        """Yield a form for each row, with what it holds, and for the empty ones."""
        rows: Sequence[Mapping[str, Any]] = [*(value or ()), *([{}] * _EMPTY_ROWS)]
        for number, values in enumerate(rows[:MOST_ROWS]):
            row = self.row(initial=dict(values), prefix=f"{name}-{number}")
            for field in row.fields.values():
                # the browser must not ask for rows that are left empty
                field.required = False
            yield row


class RowsField(forms.Field):
    """Rows that are stored as blocks of one kind in a stream."""

    def __init__(self, row: type[forms.Form], block: str, **kwargs: Any) -> None:
        self.row, self.block = row, block
        super().__init__(widget=RowsWidget(row), required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the rows of a stored stream; what was typed stays as it is."""
        return [getattr(row, "value", row) for row in value or ()]

    def clean(self, value: Any) -> list[tuple[str, dict[str, Any]]]:
        """Return the blocks. Raises ValidationError that names the row and the field of each mistake."""
        wrong, blocks = [], []
        for number, values in enumerate(value, start=1):
            row = self.row(values)
            if row.is_valid():
                blocks.append((self.block, row.cleaned_data))
            for name, errors in row.errors.items():
                label = row.fields[name].label
                wrong += [
                    _("Row %(number)d, %(field)s: %(error)s") % {"number": number, "field": label, "error": error}
                    for error in errors
                ]
        if wrong:
            raise ValidationError(wrong)
        return blocks


ROWS: Mapping[str, tuple[type[forms.Form], str]] = {
    "nationalities": (NationalityRow, "nationality"),
    "legs": (LegRow, "leg"),
    "documents": (DocumentRow, "document"),
}


def rows_field(name: str, label: Any) -> RowsField:
    """Return the field for rows of an alert: nationalities, legs, documents."""
    row, block = ROWS[name]
    return RowsField(row, block, label=label)
