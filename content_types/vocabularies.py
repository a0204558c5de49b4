"""Closed lists that describe a text; the database refuses anything else."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries import countries

COUNTRY_CODES = tuple(code for code, _name in countries)


def country_name(code: str) -> str:
    """Return the country's name in the language of the interface; the code itself where it is unknown."""
    return str(countries.name(code)) or code


class Language(models.TextChoices):
    """The official languages of the European Union, and two of associated States."""

    BG = "bg", "български"
    CS = "cs", "čeština"
    DA = "da", "dansk"
    DE = "de", "Deutsch"
    EL = "el", "ελληνικά"
    EN = "en", "English"
    ES = "es", "español"
    ET = "et", "eesti"
    FI = "fi", "suomi"
    FR = "fr", "français"
    GA = "ga", "Gaeilge"
    HR = "hr", "hrvatski"
    HU = "hu", "magyar"
    IS = "is", "íslenska"
    IT = "it", "italiano"
    LT = "lt", "lietuvių"
    LV = "lv", "latviešu"
    MT = "mt", "Malti"
    NL = "nl", "Nederlands"
    NO = "no", "norsk"
    PL = "pl", "polski"
    PT = "pt", "português"
    RO = "ro", "română"
    SK = "sk", "slovenčina"
    SL = "sl", "slovenščina"
    SV = "sv", "svenska"


class Reliability(models.TextChoices):
    """Reliability of the source (Europol's evaluation codes)."""

    A = "A", _("A: no doubt about the source")
    B = "B", _("B: source mostly reliable")
    C = "C", _("C: source mostly not reliable")
    X = "X", _("X: reliability cannot be assessed")


class Accuracy(models.IntegerChoices):
    """Accuracy of the information (Europol's evaluation codes)."""

    CERTAIN = 1, _("1: accuracy not in doubt")
    FIRST_HAND = 2, _("2: known to the source personally")
    CORROBORATED = 3, _("3: not known personally, but corroborated")
    UNCORROBORATED = 4, _("4: not known personally, not corroborated")


class Level(models.TextChoices):
    """Level of the content."""

    OPERATIONAL = "operational", _("Operational")
    TACTICAL = "tactical", _("Tactical")
    STRATEGIC = "strategic", _("Strategic")
