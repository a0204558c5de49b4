"""The reader site speaks French with a French person and German with a German one, on every kind of page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.notifications.models import NoticeSettings
from cms.sharing.models import Sharing
from setup import messages
from tests.alerts.network import Network, make_alert, make_network
from tests.factories.organisations import element
from tests.factories.people import sign_in
from workflows.alerts.models import Duty

_CONTENT = ("Boats from a new beach", "Three boats in one night.")
# what stands on a page and is said in each language
SAID = {
    "fr": {
        "/": ("Éléments les plus récents pour vous", "Alerte précoce", "Premiers indices"),
        "/early-warning/": ("Alerte précoce", "Premiers indices d’immigration illégale"),
        "/search/?q=boats": ("1 résultat", "Niveau de partage", "Ce qui est signalé", "Éclair"),
        "/search/?q=nothing+at+all": ("Recommencer avec tous les éléments",),
        "/search/saved/": ("Recherches enregistrées et passées",),
        "/desk/": ("En attente de ma part", "Accusés de réception à donner"),
        "/alerts/": ("En attente de votre accusé de réception",),
        "/alerts/new/": ("Soumettre à l’approbation", "Moyen de transport", "Frontière terrestre"),
        "/duty/": ("Inscrire au tableau", "Point de contact"),
        "/notices/": ("Une alerte attend votre accusé de réception",),
        "/notices/settings/": ("Ce qui est publié", "Une fois par semaine"),
        "/disclosures/": ("Registre des divulgations",),
        "/nowhere/": ("Il n’y a rien à afficher à cette adresse",),
        "/i/{item}/": ("Accusé de réception de", "Ce qui s’est passé", "Toute personne compétente dans le réseau"),
        "/i/{item}/print/": ("Copie établie pour",),
        "/i/{item}/questions/": ("Questions au propriétaire", "Votre question"),
        "/i/{item}/disclosures/": ("Transmission à un tiers", "Finalité"),
    },
    "de": {
        "/": ("Neueste Beiträge für Sie", "Frühwarnsystem", "Erste Anzeichen"),
        "/early-warning/": ("Frühwarnsystem", "Erste Anzeichen für illegale Einwanderung"),
        "/search/?q=boats": ("1 Ergebnis", "Umfang des Teilens", "Was gemeldet wird", "Blitzmeldung"),
        "/search/?q=nothing+at+all": ("Mit allen Beiträgen neu beginnen",),
        "/search/saved/": ("Gespeicherte und frühere Suchen",),
        "/desk/": ("Wartet auf mich", "Zu bestätigen"),
        "/alerts/": ("Wartet auf Ihre Bestätigung",),
        "/alerts/new/": ("Zur Freigabe vorlegen", "Beförderungsmittel", "Landgrenze"),
        "/duty/": ("In die Liste aufnehmen", "Kontaktstelle"),
        "/notices/": ("Eine Warnung wartet auf Ihre Bestätigung",),
        "/notices/settings/": ("Was veröffentlicht wird", "Einmal in der Woche"),
        "/disclosures/": ("Verzeichnis der Weitergaben",),
        "/nowhere/": ("Unter dieser Adresse gibt es nichts anzuzeigen",),
        "/i/{item}/": ("Bestätigung von", "Was geschehen ist", "Alle Zuständigen im Netz"),
        "/i/{item}/print/": ("Kopie für",),
        "/i/{item}/questions/": ("Fragen an den Eigentümer", "Ihre Frage"),
        "/i/{item}/disclosures/": ("Weitergabe an Dritte", "Zweck"),
    },
}
DOORS = {
    "fr": {"/accounts/login/": ("Se connecter", "Mot de passe"), "/accounts/terms/": ("Conditions d’utilisation",)},
    "de": {"/accounts/login/": ("Anmelden", "Passwort"), "/accounts/terms/": ("Nutzungsbedingungen",)},
}
OTHER = {"fr": "de", "de": "fr"}
English = dict[str, list[str]]
# days with the year, written in any language, and as each language writes them
ANY_DAY = r"\b\d{1,2}\.? [A-Za-zéûä]+\.? 20\d\d\b"
DAYS = {"fr": r"\d{1,2} [a-zéû]+\.? 20\d\d", "de": r"\d{1,2}\. [A-Z][a-zä]+\.? 20\d\d"}


@dataclass(frozen=True, slots=True)
class Told:
    """A page as it came: its HTML's language, and its words."""

    lang: str
    text: str


def _read(client: Client, address: str) -> Told:
    page = client.get(address).content.decode()
    lang = re.search(r'<html lang="([^"]*)"', page)
    # what authors wrote stays in their language
    own = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.S)
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", own)).split())
    for written in _CONTENT:
        text = text.replace(written, "")
    return Told(lang[1] if lang else "", text)


def _wrong(told: Told, language: str, words: Iterable[str], english: Iterable[str]) -> Iterator[str]:
    """Go through what a page lacks, and what it says in English or as it is written elsewhere."""
    if told.lang != language:
        yield f"its language is {told.lang}"
    yield from (f"lacks {one}" for one in words if one not in told.text)
    yield from (f"says {one}" for one in english if one in told.text)
    days = re.findall(ANY_DAY, told.text)
    yield from (f"writes {day}" for day in days if not re.fullmatch(DAYS[language], day))


@pytest.fixture(scope="module")
def english() -> English:
    """Return by language the English sentences that have other words there: none of them may stand on a page."""
    found = {}
    for language in messages.LANGUAGES:
        known = [(messages.forms(message.id)[0], str(message.string)) for message in messages.read(language)]
        found[language] = [told for told, words in known if len(told.split()) > 1 and told not in words]
    return found


@pytest.fixture
def network(db: None) -> Network:
    """Return a small network."""
    return make_network()


def _alert(network: Network) -> Sharing:
    """Return an alert that was sent out, with a French contact point on duty who is asked to acknowledge it."""
    sharing = make_alert(network, transport=["vessel"], border_type="sea", information_date=current_instant().date())
    Duty.objects.create(participant=network.france, element=element(), function=1, user=network.french)
    drain()
    return sharing


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_page_speaks_the_language_that_was_chosen(network: Network, english: English, language: str) -> None:
    with translation.override(OTHER[language]):
        # whoever publishes speaks another language than the reader
        sharing = _alert(network)
    NoticeSettings.objects.create(user=network.french, language=language)
    client, wrong = sign_in(Client(), network.french), list[str]()
    for address, words in SAID[language].items():
        told = _read(client, address.format(item=sharing.uuid))
        wrong += [f"{address}: {one}" for one in _wrong(told, language, words, english[language])]
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_doors_speak_the_language_of_the_browser(english: English, language: str) -> None:
    client, wrong = Client(headers={"accept-language": language}), list[str]()
    for address, words in DOORS[language].items():
        told = _read(client, address)
        wrong += [f"{address}: {one}" for one in _wrong(told, language, words, english[language])]
    assert wrong == []
