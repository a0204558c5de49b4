"""What is checked of each variable part of an address in the editing interface, before any view runs.

Each check takes who is served and the value, and answers True or False; False is the one 404.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from wagtail.models import Page, Revision

from cms.administration import selectors as administration
from cms.sharing.catalogue import ACTS
from cms.sharing.confirming import AskPending, may_see, open_acts
from cms.sharing.models import Sharing
from cms.sharing.reach import may_act_on
from cms.sharing.rules import allowed
from content_types.draft_scope import DraftViewer
from content_types.models import ElementPage, HomePage, ItemFolder, TopicPage
from workflows.models import DraftComment

Check = Callable[[DraftViewer, Any], bool]
_ADDABLE = {("content_types", "bulletin"), ("content_types", "topicpage")}
_HANDLE = re.compile(r"[0-9a-f]{24}")


def in_the_view(viewer: DraftViewer, value: Any) -> bool:
    """Leave the decision to the view, which asks the policy itself: for routes of the reader site and of sign-in."""
    return True


def _page(value: Any) -> Page | None:
    """Return the page within the viewer's reach, as its own class."""
    page = Page.objects.filter(pk=value).first()
    return None if page is None else page.specific


def editable_page(viewer: DraftViewer, value: Any) -> bool:
    """An item that the viewer may edit, or for a curator a structure page."""
    page = _page(value)
    return page is not None and bool(page.permissions_for_user(viewer.user).can_edit())


def structure_page(viewer: DraftViewer, value: Any) -> bool:
    """For a curator: home, an element or a topic."""
    return viewer.is_curator and isinstance(_page(value), (HomePage, ElementPage, TopicPage))


def topic_page(viewer: DraftViewer, value: Any) -> bool:
    """For a curator: a topic."""
    return viewer.is_curator and isinstance(_page(value), TopicPage)


def topic_place(viewer: DraftViewer, value: Any) -> bool:
    """For a curator: a place that can hold topics."""
    return viewer.is_curator and isinstance(_page(value), (ElementPage, TopicPage))


def addable_parent(viewer: DraftViewer, value: Any) -> bool:
    """The folder of items for those who write; a place that can hold topics for a curator."""
    page: Any = _page(value)
    fits = isinstance(page, (ItemFolder, ElementPage, TopicPage))
    return fits and bool(page.permissions_for_user(viewer.user).can_add_subpage())


def our_app(viewer: DraftViewer, value: Any) -> bool:
    """The app of our pages."""
    return bool(value == "content_types")


def addable_kind(viewer: DraftViewer, value: Any) -> bool:
    """A kind of page that people add."""
    return ("content_types", value) in _ADDABLE


def item_worked_on(viewer: DraftViewer, value: Any) -> bool:
    """The identifier of an item whose draft the viewer may see."""
    identifier = _uuid(value)
    if identifier is None:
        return False
    return Sharing.objects.filter(may_act_on("view_draft", viewer.reaches), uuid=identifier).exists()


def item_moved(viewer: DraftViewer, value: Any) -> bool:
    """The identifier of an item that the viewer may put under another topic; curators those of others too."""
    identifier = _uuid(value)
    sharing = None if identifier is None else Sharing.objects.filter(uuid=identifier).first()
    return sharing is not None and allowed(viewer.user, "move", sharing, viewer.at)


def version_worked_on(viewer: DraftViewer, value: Any) -> bool:
    """A version within the viewer's reach; the view asks whether it is one of this item."""
    return bool(Revision.objects.filter(pk=value).exists())


def comment_worked_on(viewer: DraftViewer, value: Any) -> bool:
    """A comment on an item whose draft the viewer may see; the service asks whether it is one of this item."""
    worked_on = Sharing.objects.filter(may_act_on("view_draft", viewer.reaches))
    return DraftComment.objects.filter(pk=value, sharing__in=worked_on).exists()


def item_acted_on(viewer: DraftViewer, value: Any) -> bool:
    """The identifier of an item whose draft the viewer may see, or which the viewer may put in quarantine."""
    if item_worked_on(viewer, value):
        return True
    identifier = _uuid(value)
    sharing = None if identifier is None else Sharing.objects.filter(uuid=identifier).first()
    return sharing is not None and allowed(viewer.user, "quarantine", sharing, viewer.at)


def sharing_act(viewer: DraftViewer, value: Any) -> bool:
    """The name of an act of sharing; the view asks whether it is open for this item."""
    return value in {act.name for act in ACTS}


def act_that_waits(viewer: DraftViewer, value: Any) -> bool:
    """What stands for an act that waits and concerns the viewer: to confirm, to take back, or on an own item."""
    pending = open_acts().filter(handle=value).first()
    return pending is not None and may_see(viewer.user, AskPending(pending, viewer.at))


def recipient(viewer: DraftViewer, value: Any) -> bool:
    """What stands for a recipient; the view looks for it among those of this item."""
    return isinstance(value, str) and bool(_HANDLE.fullmatch(value))


def person_administered(viewer: DraftViewer, value: Any) -> bool:
    """What stands for a person of the own tree."""
    return administration.person_for(viewer.user, value, viewer.at) is not None


def membership_administered(viewer: DraftViewer, value: Any) -> bool:
    """What stands for a membership that is the viewer's to change."""
    return administration.membership_for(viewer.user, value, viewer.at) is not None


def own_organisation(viewer: DraftViewer, value: Any) -> bool:
    """The key of an organisation that the viewer administers or decides for."""
    return administration.organisation_for(viewer.user, value, viewer.at) is not None


def proposal(viewer: DraftViewer, value: Any) -> bool:
    """What stands for a change of an organisation that the viewer prepared or may decide."""
    return administration.proposal_for(viewer.user, value, viewer.at) is not None


def group(viewer: DraftViewer, value: Any) -> bool:
    """The key of a working group that the viewer has to do with."""
    return administration.group_for(viewer.user, value, viewer.at) is not None


def admission(viewer: DraftViewer, value: Any) -> bool:
    """What stands for an admission that the viewer may answer."""
    return administration.admission_for(viewer.user, value, viewer.at) is not None


def group_member(viewer: DraftViewer, value: Any) -> bool:
    """What stands for a member of a group; the view looks for it among those of this group."""
    return isinstance(value, str) and value[:2] in {"o-", "p-"}


def inspect_grant(viewer: DraftViewer, value: Any) -> bool:
    """What stands for a grant to inspect that the viewer may see."""
    return administration.grant_for(viewer.user, value, viewer.at) is not None


def quarantined_item(viewer: DraftViewer, value: Any) -> bool:
    """The identifier of an item in quarantine whose end the viewer orders."""
    return administration.quarantined_for(viewer.user, value, viewer.at) is not None


def answer(viewer: DraftViewer, value: Any) -> bool:
    """One of the answers to something that waits; the view asks whether it is open to the viewer."""
    return value in {"accept", "refuse", "yes", "no", "confirm", "end"}


def _uuid(value: Any) -> UUID | None:
    try:
        identifier = UUID(str(value))
    except ValueError:
        return None
    return identifier if str(identifier) == value else None
