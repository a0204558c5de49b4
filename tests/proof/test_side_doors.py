"""Wagtail's side doors: each is shut, or the product's own view stands in its place. `docs/proof.md` lists them with
what was done about each, and the test that keeps it so."""

import re
from collections.abc import Callable, Iterator
from types import FunctionType
from weakref import ReferenceType

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.test import Client
from wagtail.models import Comment, Page, PageLogEntry, ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.routes.closed import CLOSED_PATTERNS
from cms.routes.listing import all_routes
from cms.sharing.models import Sharing
from content_types.draft_scope import DraftViewer, serving
from content_types.models import Bulletin
from tests.admin.answers import seen
from tests.admin.conftest import House, house
from tests.admin.forms import bulletin_form
from tests.architecture.source import ROOT
from tests.documents.making import make_file, write
from tests.factories import make_item
from tests.workflows.scenes import afresh, approve, page_of, waiting_item

__all__ = ["house"]
pytestmark = pytest.mark.django_db

WORD = "zyxcanary"
# side door → what its addresses begin with, in Wagtail's own interface; all of these are shut
SHUT: dict[str, tuple[str, ...]] = {
    "choosers": ("cms/choose-",),
    "chooser search": ("cms/choose-page/search/", "cms/pages/search/", "cms/api/main/"),
    "explorer": ("cms/pages/$", "cms/pages/<int:page_id>/usage/"),
    "reports": ("cms/reports/",),
    "bulk actions": ("cms/bulk/",),
    "moderation": ("cms/pages/workflow/", "cms/workflows/", "cms/pages/<int:page_id>/workflow_history/"),
    "locks": ("cms/pages/<int:page_id>/lock/", "cms/pages/<int:page_id>/unlock/"),
    "history": ("cms/pages/<int:page_id>/history/", "cms/pages/<int:page_id>/revisions/"),
    "compare": (r"cms/pages/(?P<pk>\d+)/revisions/compare/",),
    "preview": ("cms/pages/<int:page_id>/edit/preview/", "cms/pages/<int:page_id>/view_draft/", "cms/block-preview/"),
    "copy": ("cms/pages/<int:page_id>/copy/",),
    "aliases": ("cms/pages/<int:page_id>/convert_alias/",),
    "privacy": ("cms/pages/<int:page_id>/privacy/",),
    "collections": ("cms/collections/",),
    "tags": ("cms/tag-autocomplete/",),
    "editing sessions": ("cms/editing-sessions/",),
    "accounts and groups": ("cms/users/", "cms/groups/"),
}
# side door → the app that would bring it, and is not installed
ABSENT = {
    "redirects": "wagtail.contrib.redirects",
    "translations": "wagtail.contrib.simple_translation",
    "images and their duplicates": "wagtail.images",
    "documents": "wagtail.documents",
    "snippets": "wagtail.snippets",
    "public API": "wagtail.api.v2",
    "embeds": "wagtail.embeds",
    "forms": "wagtail.contrib.forms",
    "promoted search results": "wagtail.contrib.search_promotions",
    "sites": "wagtail.sites",
    "settings": "wagtail.contrib.settings",
}
OTHERS = ("autosave", "comments", "move", "workflow mails", "scheduled publishing", "page log", "Wagtail's index")
PEOPLE = ("author", "approver", "decider", "curator", "superuser")


def begins(pattern: str, starts: tuple[str, ...]) -> bool:
    return any(
        pattern == start.removesuffix("$") if start.endswith("$") else pattern.startswith(start) for start in starts
    )


@pytest.fixture
def item(house: House) -> Sharing:
    """An item that the author works on, with a newer draft and a file."""
    sharing = make_item(owner=house.border, author=house.author, title=WORD, state="network", marking="GREEN")
    write(sharing, make_file(sharing), publish=False)
    return afresh(sharing)


def filled(pattern: str, item: Sharing) -> str:
    """Return an address of the pattern, with the item's own ids wherever it asks for one."""
    names = {"app_label": "wagtailcore", "app_name": "content_types", "content_type_app_name": "content_types"}
    names |= {"model_name": "page", "content_type_model_name": "bulletin", "action": "delete", "action_name": "copy"}
    revision = item.page.latest_revision_id
    names |= {"revision_id_a": "earliest", "revision_id_b": "latest", "revision_id": str(revision)}

    def value(match: re.Match[str]) -> str:
        return names.get(match[1] or match[2], str(item.page_id))

    return "/" + re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)", value, pattern).removesuffix("$").replace(".*", "x")


@pytest.mark.parametrize("door", SHUT)
def test_the_door_is_there_and_shut(house: House, item: Sharing, door: str) -> None:
    """Each address answers as one that does not exist, to those who work on the very item too."""
    patterns = [pattern for pattern in all_routes() if begins(pattern, SHUT[door])]
    assert patterns
    assert set(patterns) <= set(CLOSED_PATTERNS)
    for turn, pattern in enumerate(sorted(patterns)):
        client = house.client(PEOPLE[turn % len(PEOPLE)])
        absent = seen(client.get("/cms/no-such-door/"))
        assert absent[0] == 404
        address = filled(pattern, item)
        assert seen(client.get(address)) == absent, address
        assert seen(client.post(address, {"q": WORD})) == seen(client.post("/cms/no-such-door/", {"q": WORD})), address
    author = house.client("author")
    assert {author.get(filled(pattern, item)).status_code for pattern in patterns} == {404}


@pytest.mark.parametrize("app", ABSENT.values(), ids=ABSENT)
def test_what_is_not_needed_is_not_installed(app: str) -> None:
    assert not apps.is_installed(app)


def test_the_page_about_the_proof_lists_every_door() -> None:
    page = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    table = page.partition("## Side doors")[2].partition("\n## ")[0]
    listed = {row.split("|")[1].strip() for row in table.splitlines() if row.startswith("| ") and "`" in row}
    assert listed == {*SHUT, *ABSENT, *OTHERS}


def modules_listening(signal: Signal) -> list[str]:
    """Return in which modules stands what hears of the signal, whoever sends it."""
    references = [entry[1] for entry in signal.receivers]
    found = [one() if isinstance(one, ReferenceType) else one for one in references]
    return [one.__module__ if isinstance(one, FunctionType) else type(one).__module__ for one in found]


def test_wagtail_sends_no_mails_and_ours_say_nothing(house: House) -> None:
    for signal in (task_submitted, workflow_submitted, workflow_rejected, workflow_approved):
        assert [module for module in modules_listening(signal) if module.startswith("wagtail")] == []
    sharing = waiting_item(house, title=WORD)
    approve(sharing, house.approver)
    drain()
    assert mail.outbox
    assert [message for message in mail.outbox if WORD in str(message.message())] == []


def test_the_form_schedules_comments_and_publishes_nothing(house: House, item: Sharing) -> None:
    page = page_of(item)
    form = bulletin_form(owner=house.border, title="Changed", loaded_revision_id=page.latest_revision_id)
    smuggled = {
        "action-publish": "1",
        "go_live_at": "2020-01-01 00:00",
        "expire_at": "2020-01-02 00:00",
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "0",
        "comments-0-text": WORD,
        "comments-0-contentpath": "title",
        "slug": "another",
        "owner": house.french_author.pk,
    }
    answer = house.client("author").post(f"/cms/pages/{item.page_id}/edit/", form | smuggled)
    assert answer.status_code == 302
    after = page_of(item)
    draft = after.get_latest_revision_as_object()
    assert (after.title, draft.title) == (WORD, "Changed")
    assert {(one.go_live_at, one.expire_at, one.slug, one.owner_id) for one in (after, draft)} == {
        (None, None, str(item.uuid), house.author.pk)
    }
    assert after.latest_revision is not None
    assert after.latest_revision.approved_go_live_at is None
    assert not Comment.objects.exists()
    call_command("publish_scheduled", verbosity=0)
    assert page_of(item).title == WORD


def test_nothing_is_saved_unasked_and_no_comments_are_offered(house: House, item: Sharing) -> None:
    editor = house.client("author").get(f"/cms/pages/{item.page_id}/edit/").content.decode()
    assert settings.WAGTAIL_AUTOSAVE_INTERVAL == 0
    assert 'name="comments-' not in editor
    assert re.search(r'data-w-autosave-\w+-value="(?!0|false)', editor) is None


def test_wagtails_index_is_off() -> None:
    assert not apps.is_installed("wagtail.search")
    assert settings.WAGTAILSEARCH_BACKENDS["default"]["AUTO_UPDATE"] is False
    assert [module for module in modules_listening(post_save) if module.startswith("wagtail.search")] == []


COPIES: dict[str, Callable[[Bulletin], Page]] = {
    "copy": lambda page: page.copy(update_attrs={"slug": "copied"}),
    "alias": lambda page: page.create_alias(update_slug="alias"),
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_copy_made_behind_the_products_back_is_nobodys(
    house: House, item: Sharing, copied: Callable[[Bulletin], Page]
) -> None:
    page = copied(page_of(item))
    assert not Sharing.objects.filter(page_id=page.pk).exists()
    for who in ("author", "approver", "decider", "curator"):
        with serving(DraftViewer(getattr(house, who), current_instant())):
            assert not Page.objects.filter(pk=page.pk).exists()
        assert house.client(who).get(f"/cms/pages/{page.pk}/edit/").status_code == 404
    assert Client().get(f"/{page.slug}/").status_code == 404


def test_logs_and_references_of_hidden_pages_are_out_of_reach(house: House, item: Sharing) -> None:
    logged = PageLogEntry.objects.filter(page=item.page_id)
    Page.objects.get(pk=item.page_id).specific.save_revision(user=house.author, log_action=True)
    assert WORD in set(logged.values_list("label", flat=True))
    referring = ReferenceIndex.objects.filter(object_id=str(item.page_id))
    for who, within in within_reach(house):
        with serving(DraftViewer(getattr(house, who), current_instant())):
            assert logged.all().exists() is within
            assert not (referring.all().exists() and not within)


def within_reach(house: House) -> Iterator[tuple[str, bool]]:
    """Yield who asks, and whether the item is theirs to work on."""
    yield from (("author", True), ("approver", True), ("curator", False), ("french_author", False))


def test_collections_sites_and_workflows_are_nobodys_to_administer(house: House) -> None:
    refused = [Page._meta.apps.get_model("wagtailcore", name) for name in ("Collection", "Site", "Workflow", "Task")]
    for model in refused:
        policy = policy_registry.get_by_type(model)
        assert not policy.user_has_any_permission(house.superuser, ["add", "change", "delete", "view"]), model
