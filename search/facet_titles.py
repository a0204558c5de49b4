"""What people call facets and their values."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.enums import Marking, SharingState
from content_types.searching import OwnFacet
from content_types.vocabularies import Language, Level, country_name
from search.engines.base import OWN_FACET
from search.types import item_pages, type_title

_CHOICES = {"marking": Marking, "state": SharingState, "level": Level, "language": Language}
# facet → what its values are called
_TITLES: dict[str, Callable[[Sequence[str]], dict[str, str]]] = {
    "element": lambda keys: {element.key: element.name for element in Element.objects.filter(key__in=keys)},
    "owner": lambda keys: dict(Organisation.objects.filter(key__in=keys).values_list("key", "name")),
    "country": lambda codes: {code: country_name(code) for code in codes},
    "type": lambda keys: {key: type_title(key) for key in keys},
    "attachment": lambda _values: {"yes": _("With attachment"), "no": _("Without")},
}


def facet_titles(facet: str, values: Sequence[str]) -> dict[str, str]:
    """Return what people call the values; one that is unknown is left out."""
    if facet in _TITLES:
        return _TITLES[facet](values)
    if facet in _CHOICES:
        return {value: str(label) for value, label in _CHOICES[facet].choices}
    declared = declared_facets().get(facet.removeprefix(OWN_FACET))
    return {value: str(label) for value, label in declared.labels().items()} if declared else {}


def own_facet_titles(names: Sequence[str]) -> dict[str, str]:
    """Return what people call the facets that content types declare, by `field.<name>`."""
    declared = declared_facets()
    return {name: str(found.title) for name in names if (found := declared.get(name.removeprefix(OWN_FACET)))}


def declared_facets() -> dict[str, OwnFacet]:
    """Return every declared facet by its name; types that share a name share the facet."""
    return {facet.name: facet for model in item_pages() for facet in model.searching.faceted}
