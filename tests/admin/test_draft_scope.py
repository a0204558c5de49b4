"""While somebody is served in the editing interface, nothing beyond their reach can be read from the page tables."""

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision, TaskState, WorkflowState

from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.sharing.reach import items_open_to
from cms.sharing.rights import RIGHTS, Scope
from cms.sharing.rules import Ask, may_act
from content_types.draft_scope import DraftViewer, serving, whole_tree
from content_types.models import Bulletin, ItemFolder, TopicPage
from tests.factories import NOW, make_item, make_organisation, make_person
from workflows.services import begin_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(house):
    """An item of Spain's border authority and one of France, both submitted."""
    ours = make_item(owner=house.border, author=house.author, title="ours")
    theirs = make_item(owner=house.france, author=house.french_author, title="canary")
    for sharing in (ours, theirs):
        begin_review(sharing=sharing, requested_by=sharing.author, at=NOW)
    return ours, theirs


def bulletins_for(user) -> set[str]:
    with serving(DraftViewer(user, NOW)):
        return {page.title for page in Bulletin.objects.all()}


def test_each_sees_what_they_work_on(house, both):
    assert bulletins_for(house.author) == bulletins_for(house.approver) == bulletins_for(house.decider) == {"ours"}
    assert bulletins_for(house.french_author) == {"canary"}


@pytest.mark.parametrize("who", ["officer", "liaison", "curator", "superuser"])
def test_whoever_works_on_nothing_sees_nothing(house, both, who):
    assert bulletins_for(getattr(house, who)) == set()


def test_nobody_sees_nothing(house, both):
    assert bulletins_for(AnonymousUser()) == set()


def test_outside_nothing_is_limited(both):
    assert Bulletin.objects.count() == 2


def test_a_queryset_made_for_one_person_serves_the_next_one_their_own(house, both):
    kept = Bulletin.objects.all()
    with serving(DraftViewer(house.author, NOW)):
        assert [page.title for page in kept.all()] == ["ours"]
    with serving(DraftViewer(house.french_author, NOW)):
        assert [page.title for page in kept.all()] == ["canary"]


def test_what_hangs_on_pages_is_limited_with_them(house, both):
    ours, _theirs = both
    with serving(DraftViewer(house.approver, NOW)):
        assert set(Revision.objects.values_list("object_id", flat=True)) == {str(ours.page_id)}
        assert set(WorkflowState.objects.values_list("object_id", flat=True)) == {str(ours.page_id)}
        assert [state.revision.object_id for state in TaskState.objects.all()] == [str(ours.page_id)]
        assert not PageLogEntry.objects.exclude(page_id=ours.page_id).filter(label__in=["canary"]).exists()
        assert not ReferenceIndex.objects.exclude(object_id=str(ours.page_id)).filter(object_id__isnull=True).exists()


def test_a_page_without_a_sharing_row_is_nobodys(house):
    ItemFolder.objects.get().add_child(instance=Bulletin(title="bare", slug="bare", owner=house.author, live=False))
    assert bulletins_for(house.author) == set()


def test_an_item_in_quarantine_is_for_its_supervisors(house):
    make_item(owner=house.border, title="held", quarantined=True)
    assert bulletins_for(house.author) == set()
    assert bulletins_for(house.approver) == {"held"}


def test_tree_operations_see_the_whole_tree(house, both):
    folder = ItemFolder.objects.get()
    with serving(DraftViewer(house.author, NOW)):
        folder.add_child(instance=Bulletin(title="next", slug="next", live=False))
    with whole_tree():
        paths = list(Page.objects.child_of(folder).values_list("path", flat=True))
    assert len(paths) == len(set(paths)) == 3
    assert Bulletin.find_problems() == ([], [], [], [], [])


def test_structure_is_within_everybodys_reach(house):
    with serving(DraftViewer(house.author, NOW)):
        assert TopicPage.objects.count() == 0
        assert Page.objects.filter(content_type__model="elementpage").count() == 4


EDITORIAL = sorted(action for action, rights in RIGHTS.items() if Scope.VIEW not in rights.values())


def test_the_queryset_of_each_right_is_the_right(house):
    unit = make_organisation(parent=house.border, key="unit")
    roles = [role for role in Role if role != Role.CURATOR]
    people = [make_person(place, role) for place in (house.spain, house.border) for role in roles]
    people += [
        house.curator,
        make_person(unit, Role.AUTHOR),
        make_person(house.border, Role.AUTHOR, competences={"EW": ["MA"]}),
    ]
    for owner in (house.spain, house.border, unit, house.commission):
        for countries in ((), ("MA",), ("DZ",)):
            make_item(owner=owner, countries=countries, author=people[0])
        make_item(owner=owner, element="RE", author=house.liaison)
        make_item(owner=owner, quarantined=True)
    rows = Sharing.objects.select_related("page", "element", "owner")
    differences = [
        (action, person.pk, row.pk)
        for action in EDITORIAL
        for person in people
        for row in rows
        if may_act(action, person, Ask(row, NOW)) != items_open_to(action, person, NOW).filter(pk=row.pk).exists()
    ]
    assert differences == []
