"""Closed lists that describe a text; the database refuses anything else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

COUNTRY_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
).split()


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
