"""The search form as people see it; what it means is read by `search.queries`."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.users.models import User
from search.models import SavedSearch
from search.pages import FACET_TITLES
from search.queries import ALL, ANY, COUNTRY, DATE, RELEVANCE, InvalidSearch, SearchRequest, parse_search
from search.saving import MOST_SAVED, TooManySaved, save_search

_DAY = {"type": "date"}
# parameters of the address without a field
_OTHERS = {"page": _("Page"), "size": _("Page size"), "facets": _("Facets"), "after": _("Place in the results")}


class SearchForm(forms.Form):
    """Takes the address's parameters; `search` is what they ask for, or None where an error stands beside a field."""

    q = forms.CharField(label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    to = forms.CharField(label=_("To"), required=False, widget=forms.TextInput(attrs=_DAY))
    sort = forms.CharField(
        label=_("Sort by"),
        required=False,
        widget=forms.Select(choices=[(RELEVANCE, _("Relevance")), (DATE, _("Newest first")), (COUNTRY, _("Country"))]),
    )
    match = forms.CharField(
        label=_("Words"), required=False, widget=forms.Select(choices=[(ALL, _("All words")), (ANY, _("Any word"))])
    )

    search: SearchRequest | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # a word of Python's cannot be declared above
        self.fields["from"] = forms.CharField(label=_("From"), required=False, widget=forms.TextInput(attrs=_DAY))

    def clean(self) -> dict[str, Any]:
        """Read the parameters; each error goes to its field, those of the page number to the whole form."""
        try:
            self.search = parse_search(self.data)
        except InvalidSearch as invalid:
            self.add_errors(invalid)
        return self.cleaned_data

    def add_errors(self, invalid: InvalidSearch) -> None:
        """Put each error beside its field, or above the form where its parameter has none."""
        for name, message in invalid.errors.items():
            named = name in self.fields
            place = {**FACET_TITLES, **_OTHERS}.get(name) or name
            self.add_error(name if named else None, message if named else f"{place}: {message}")


class ChangeForm(forms.ModelForm[SavedSearch]):
    """Changes the name of a saved search, and how soon its owner is told."""

    keeps_the_rest = True

    class Meta:
        model = SavedSearch
        fields = ("name", "frequency")


class SaveForm(forms.ModelForm[SavedSearch]):
    """Keeps a search under a name."""

    class Meta:
        model = SavedSearch
        fields = ("name", "frequency", "parameters")
        widgets = {"parameters": forms.HiddenInput}
        help_texts = {"parameters": _("As in the address of the search, for example q=boats&country=MA.")}

    def keep(self, *, actor: User, at: datetime) -> SavedSearch | None:
        """Keep the search of the valid form; where that cannot be, put the reason among its errors and return None."""
        try:
            return save_search(actor=actor, at=at, **self.cleaned_data)
        except InvalidSearch as invalid:
            self.add_error("parameters", list(invalid.errors.values()))
        except TooManySaved:
            self.add_error(None, _("You keep %(most)d searches already. Delete one first.") % {"most": MOST_SAVED})
        return None


def told_errors(form: forms.BaseForm) -> str:
    """Return what is wrong in the form as one text, each part by its name."""
    return " ".join(
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    )
