"""Rows of an alert: nationalities, route, documents used, identifiers in other systems."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content_types.alert_vocabularies import DocumentFraud, DocumentKind, ExternalSystem, Transport
from content_types.vocabularies import COUNTRY_CODES, country_name


def country_choices() -> list[tuple[str, str]]:
    """Return code and name of every country, by name."""
    return sorted(((code, country_name(code)) for code in COUNTRY_CODES), key=lambda pair: pair[1])


def _country(label: Any, *, required: bool = True) -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(choices=country_choices, label=label, required=required)


class NationalityBlock(blocks.StructBlock):
    """How many persons of one nationality."""

    country = _country(_("Country"))
    number = blocks.IntegerBlock(label=_("Persons"), min_value=0, required=False)
    confirmed = blocks.BooleanBlock(label=_("Confirmed"), required=False)


class LegBlock(blocks.StructBlock):
    """One leg of a route."""

    country = _country(_("Country"))
    place = blocks.CharBlock(label=_("Place"), max_length=120, required=False)
    mode = blocks.ChoiceBlock(choices=Transport.choices, label=_("By"), required=False)


class DocumentBlock(blocks.StructBlock):
    """One kind of document that was used."""

    kind = blocks.ChoiceBlock(choices=DocumentKind.choices, label=_("Kind"))
    country = _country(_("Issued by"), required=False)
    fraud = blocks.ChoiceBlock(choices=DocumentFraud.choices, label=_("What is wrong with it"), required=False)


class ExternalBlock(blocks.StructBlock):
    """The event in another system, so that nobody types it twice."""

    system = blocks.ChoiceBlock(choices=ExternalSystem.choices, label=_("System"))
    identifier = blocks.CharBlock(label=_("Identifier there"), max_length=80)


class NationalityRows(blocks.StreamBlock):
    """Nationalities."""

    nationality = NationalityBlock(label=_("Nationality"))


class RouteRows(blocks.StreamBlock):
    """A route, in order."""

    leg = LegBlock(label=_("Leg"))


class DocumentRows(blocks.StreamBlock):
    """Documents used."""

    document = DocumentBlock(label=_("Document"))


class ExternalRows(blocks.StreamBlock):
    """Identifiers elsewhere."""

    reference = ExternalBlock(label=_("Identifier"))
