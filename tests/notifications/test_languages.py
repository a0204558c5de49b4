"""Mails and notices in the language of each person: a reference, an element, an urgency and a link, never a title."""

from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import translation

from cms.administration.mailing import send_invitation
from cms.core.instants import current_instant
from cms.notifications import kinds
from cms.notifications.draining import drain
from cms.notifications.enums import Frequency, Urgency
from cms.notifications.models import NoticeSettings
from cms.notifications.services import notify, queue_digests
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.factories import make_item, make_organisation, make_person, sign_in
from tests.factories.people import make_user

LANGUAGES = [code for code, _name in settings.LANGUAGES]
OTHERS = [code for code in LANGUAGES if code != settings.LANGUAGE_CODE]
KINDS = sorted(kinds._kinds)
# of each mail in each language, what stands in it and nowhere else
SAID = {
    "en": ("a notice for you", "There is something for you", "Element: Early warning", "Urgency: Urgent", "Sign in"),
    "fr": ("un avis pour vous", "Il y a quelque", "Volet\u00a0: Alerte précoce", "Urgence\u00a0: Urgent", "Connectez"),
    "de": ("ein Hinweis für Sie", "etwas für Sie vor", "Element: Frühwarnsystem", "Dringlichkeit: Dringend", "Melden"),
}  # fmt: skip
INVITED = {"en": "You have been enrolled", "fr": "Vous avez été inscrit", "de": "Sie wurden bei ICONet eingetragen"}
TITLE, BODY = "Canary title", "Canary body"


@pytest.fixture
def item(db: None) -> Sharing:
    return make_item(owner=make_organisation(), title=TITLE, body=BODY)


def _reader(item: Sharing, language: str) -> User:
    user = make_person(item.owner)
    NoticeSettings.objects.create(user=user, language=language, personal=Frequency.DAILY)
    return user


def _tell(item: Sharing, users: list[User], kind: str, urgency: str) -> None:
    told = {"item": item.uuid, "reference": item.reference, "element": item.element}
    notify(kind=kind, users=[user.pk for user in users], urgency=urgency, at=current_instant(), **told)  # type: ignore[arg-type]
    drain()


def _check(message: mail.EmailMessage, language: str, item: Sharing) -> None:
    text = f"{message.subject}\n{message.body}"
    assert [words for words in SAID[language] if words not in text] == []
    assert item.reference in text
    assert f"/i/{item.uuid}/" in text
    assert [words for words in (TITLE, BODY) if words in message.message().as_string()] == []


def test_a_mail_and_a_digest_speak_the_language_of_whoever_gets_them(item: Sharing) -> None:
    readers = {language: _reader(item, language) for language in LANGUAGES}
    _tell(item, list(readers.values()), "watched_changed", Urgency.URGENT)
    sent = {message.to[0]: message for message in mail.outbox}
    for language, reader in readers.items():
        _check(sent[reader.email], language, item)
    mail.outbox.clear()
    _tell(item, list(readers.values()), "corrected", Urgency.ROUTINE)
    at = current_instant() + timedelta(days=1)
    assert queue_digests(at=at) == len(LANGUAGES)
    drain(at)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(reader.email for reader in readers.values())
    assert [message for message in mail.outbox if TITLE in message.message().as_string()] == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invitation_speaks_the_language_of_the_invited(language: str) -> None:
    user = make_user(email=f"new-{language}@member.example", enrolled=False)
    user.set_unusable_password()
    user.save()
    NoticeSettings.objects.create(user=user, language=language)
    send_invitation(user, current_instant())
    drain()
    (message,) = mail.outbox
    assert INVITED[language] in message.body
    assert "/accounts/invitation/" in message.body


@pytest.mark.parametrize("language", OTHERS)
def test_everything_that_people_are_told_has_words_in_each_language(language: str) -> None:
    said = [kinds.kind_of(code).title for code in KINDS] + [*Urgency.labels, *Frequency.labels]
    with translation.override(settings.LANGUAGE_CODE):
        plain = {str(words) for words in said}
    with (Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)
    missing = sorted(words for words in plain if not (catalogue.get(words) and catalogue[words].string))
    assert missing == [], f"Give locale/{language}/LC_MESSAGES/django.po these words, then run make setup."


def test_the_site_speaks_the_language_that_was_chosen(item: Sharing, client: Client) -> None:
    user = _reader(item, "de")
    sign_in(client, user)
    assert "Mein Schreibtisch" in client.get("/desk/").content.decode()
    client.post("/notices/settings/", {"language": "fr", "personal": "daily"})
    page = client.get("/notices/").content.decode()
    assert "Mon bureau" in page
    assert "Tout marquer comme lu" in client.get("/desk/").content.decode()
