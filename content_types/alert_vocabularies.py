"""Closed lists of early warning; the database refuses anything else.

After the forms of the Union's early warning system and of Commission Implementing Regulation (EU) 2021/581, Annex 2.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportKind(models.TextChoices):
    """The three types of item about one event: the first report of it, what is new, what came of it."""

    ALERT = "alert", _("Alert")
    FOLLOW_UP = "follow_up", _("Follow-up")
    FINAL_REPORT = "final_report", _("Final report")


class AlertKind(models.TextChoices):
    """What is reported."""

    FIRST_INDICATION = "first_indication", _("First indication")
    ROUTE_CHANGE = "route_change", _("Change of route")
    METHOD_CHANGE = "method_change", _("Change of method")
    FACILITATORS = "facilitators", _("New activity of facilitators")
    MASS_MOVEMENT = "mass_movement", _("Mass movement")
    VESSEL = "vessel", _("Suspect vessel")
    COUNTER_MEASURE = "counter_measure", _("Counter-measure")
    OTHER = "other", _("Other")


class Stage(models.TextChoices):
    """How far the event went."""

    SUSPICION = "suspicion", _("Suspicion")
    ATTEMPT = "attempt", _("Attempt")
    COMMITTED = "committed", _("Committed")


class BorderType(models.TextChoices):
    """What kind of border."""

    LAND = "land", _("Land border")
    SEA = "sea", _("Sea border")
    AIR = "air", _("Air border")
    INLAND = "inland", _("Inland")
    PRE_FRONTIER = "pre_frontier", _("Pre-frontier area")
    UNKNOWN = "unknown", _("Not known yet")


class Direction(models.TextChoices):
    """Into the area, or out of it."""

    ENTRY = "entry", _("Entry")
    EXIT = "exit", _("Exit")
    UNKNOWN = "unknown", _("Not known yet")


class Detection(models.TextChoices):
    """How it was noticed."""

    CHECK = "check", _("Check at a crossing point")
    SURVEILLANCE = "surveillance", _("Surveillance")
    INLAND = "inland", _("Inland, or secondary movement")
    LIAISON = "liaison", _("Liaison officer")
    OTHER = "other", _("Other")


class Manner(models.TextChoices):
    """Whether those concerned hid."""

    OPEN = "open", _("Openly")
    CLANDESTINE = "clandestine", _("Clandestinely")


class Count(models.TextChoices):
    """How well a number is known."""

    EXACT = "exact", _("Exact")
    ESTIMATE = "estimate", _("Estimate")
    RANGE = "range", _("At least")


class Transport(models.TextChoices):
    """Means of transport; of cars no plates are kept."""

    FLIGHT = "flight", _("Flight")
    VESSEL = "vessel", _("Vessel")
    CONTAINER = "container", _("Container")
    LORRY = "lorry", _("Lorry")
    CAR = "car", _("Car")
    BUS = "bus", _("Bus or coach")
    TRAIN = "train", _("Train")
    PEDESTRIAN = "pedestrian", _("On foot")
    OTHER = "other", _("Other")


class Concealment(models.TextChoices):
    """Where people or things were hidden."""

    CARGO = "cargo", _("Among the cargo")
    COMPARTMENT = "compartment", _("In a compartment made for it")
    UNDERBODY = "underbody", _("Under the vehicle")
    ROOF = "roof", _("On or under the roof")
    WAGON = "wagon", _("In a wagon or container")
    OTHER = "other", _("Other")


class ModusOperandi(models.TextChoices):
    """How it was done."""

    GREEN_BORDER = "green_border", _("Crossing away from crossing points")
    SMALL_BOATS = "small_boats", _("Small boats")
    HIDDEN_TRANSPORT = "hidden_transport", _("Hidden in a vehicle")
    FALSE_DOCUMENTS = "false_documents", _("False or falsified documents")
    IMPOSTOR = "impostor", _("Somebody else's genuine document")
    VISA_ABUSE = "visa_abuse", _("Visa obtained or used under a pretext")
    TRANSIT_ABUSE = "transit_abuse", _("Airport transit")
    OVERSTAY = "overstay", _("Staying beyond the permitted time")
    SHAM_PURPOSE = "sham_purpose", _("Pretended marriage, studies or work")
    OTHER = "other", _("Other")


class FacilitatorRole(models.TextChoices):
    """What facilitators do; never who they are."""

    ORGANISER = "organiser", _("Organiser")
    DRIVER = "driver", _("Driver or skipper")
    GUIDE = "guide", _("Guide")
    DOCUMENTS = "documents", _("Supplier of documents")
    HOST = "host", _("Host")
    RECRUITER = "recruiter", _("Recruiter")


class PriceBasis(models.TextChoices):
    """What a price is for."""

    PERSON = "person", _("A person")
    GROUP = "group", _("A group")


class PaymentMode(models.TextChoices):
    """How it was paid."""

    CASH = "cash", _("Cash")
    TRANSFER = "transfer", _("Bank transfer")
    INFORMAL = "informal", _("Informal transfer")
    CRYPTO = "crypto", _("Crypto-assets")
    LABOUR = "labour", _("Labour")
    OTHER = "other", _("Other")


class DocumentKind(models.TextChoices):
    """Kinds of document used."""

    PASSPORT = "passport", _("Passport")
    IDENTITY_CARD = "identity_card", _("Identity card")
    RESIDENCE = "residence", _("Residence permit")
    VISA = "visa", _("Visa")
    OTHER = "other", _("Other")


class DocumentFraud(models.TextChoices):
    """What is wrong with a document."""

    COUNTERFEIT = "counterfeit", _("Counterfeit")
    FORGED = "forged", _("Forged")
    BLANK_STOLEN = "blank_stolen", _("Stolen blank")
    IMPOSTOR = "impostor", _("Used by somebody else")
    OBTAINED = "obtained", _("Genuine, obtained by fraud")
    UNKNOWN = "unknown", _("Not known yet")


class Exploitation(models.TextChoices):
    """An indication of exploitation."""

    NONE = "none", _("No indication")
    SEXUAL = "sexual", _("Sexual")
    LABOUR = "labour", _("Labour")
    OTHER = "other", _("Other")


class Asked(models.TextChoices):
    """What others are asked for."""

    NOTHING = "nothing", _("Nothing")
    INFORMATION = "information", _("Information")
    ACTION = "action", _("Action")


class Impact(models.TextChoices):
    """How much it matters."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    VERY_HIGH = "very_high", _("Very high")


class Validation(models.TextChoices):
    """Whether somebody has confirmed it."""

    NONE = "none", _("Not validated")
    NATIONAL = "national", _("Validated nationally")
    CORROBORATED = "corroborated", _("Corroborated")


class ClosingReason(models.TextChoices):
    """Why a final report closes the event."""

    DID_NOT_HAPPEN = "did_not_happen", _("It did not happen")
    TOO_SMALL = "too_small", _("Its impact is too small")
    ENDED = "ended", _("It has ended")


class ExternalSystem(models.TextChoices):
    """Other systems that know the event under an identifier of their own."""

    EUROSUR = "eurosur", _("EUROSUR")
    FADO = "fado", _("FADO")
    IRMA = "irma", _("IRMA")
    SIENA = "siena", _("SIENA")
    NATIONAL = "national", _("National system")
