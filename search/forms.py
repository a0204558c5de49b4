"""The search form as people see it; what it means is read by `search.queries`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.pages import FACET_TITLES
from search.queries import ALL, ANY, COUNTRY, DATE, RELEVANCE, InvalidSearch, SearchRequest, parse_search

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
            for name, message in invalid.errors.items():
                named = name in self.fields
                self.add_error(
                    name if named else None,
                    message if named else f"{_OTHERS.get(name) or FACET_TITLES.get(name, name)}: {message}",
                )
        return self.cleaned_data
