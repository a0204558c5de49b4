"""In which files mistakes are made, and which tests must notice them; `docs/proof.md` says why in no others.

What is here decides who may see or do what. Of these tests, those that enter the function with the mistake are run.
"""

_VIEWING = ("tests/permissions/test_viewing_table.py", "tests/permissions/test_viewing_conditions.py")
_RIGHTS = ("tests/permissions/test_rights_table.py", "tests/permissions/test_rights_conditions.py")
_SHARING = ("tests/sharing/test_tokens.py", "tests/sharing/test_explanations.py", "tests/sharing/test_instants.py")
# those that need no database: the others find by chance what the tables here name one by one
_WORLDS = (
    "tests/permissions/test_generated_worlds.py::test_tokens_meet_exactly_where_the_oracle_allows",
    "tests/permissions/test_generated_worlds.py::test_an_audience_is_exact_in_its_span",
)
_BORDERS = ("tests/sharing/test_borders.py",)
_VISIBLE = ("tests/search/test_visibility.py",)
_ACTS = ("tests/sharing/test_acts.py", "tests/sharing/test_publication.py", "tests/sharing/test_database.py")
_TWO = ("tests/sharing/test_two_people.py", "tests/sharing/test_waiting_acts.py", "tests/sharing/test_telling.py")
_FLAGGING = ("tests/sharing/test_flagging.py",)
_ENTRIES = ("tests/search/test_entries.py",)
# two connections at once: these commit, and are run by the fresh processes alone
_AT_ONCE = ("tests/sharing/test_two_connections.py",)
_PAGES = ("tests/admin/test_sharing_pages.py", "tests/admin/test_sharing_readers.py")
_ORGANISATIONS = (
    "tests/organisations/test_memberships.py",
    "tests/organisations/test_tree.py",
    "tests/administration/test_people.py",
    "tests/administration/test_groups.py",
    "tests/administration/test_changes.py",
    "tests/administration/test_pages.py",
    "tests/administration/test_organisation_pages.py",
)
_INSPECTION = ("tests/administration/test_inspect.py", "tests/administration/test_explain.py")
_OFFICES = ("tests/administration/test_rights_table.py",)
_TREE = ("tests/administration/test_changes.py", "tests/administration/test_two_connections.py")
_DISCLOSURES = ("tests/disclosures/test_requests.py",)
_RETENTION = ("tests/retention/test_terms.py", "tests/retention/test_erasing.py")

# who may view: the facts, the oracle, and the same decision as tokens; who may do what with an item
_ITEMS: dict[str, tuple[str, ...]] = {
    "cms/sharing/facts.py": (*_BORDERS, *_VIEWING, *_SHARING, *_WORLDS),
    "cms/sharing/oracle.py": (*_VIEWING, *_SHARING, *_WORLDS),
    "cms/sharing/tokens.py": (*_BORDERS, *_SHARING, *_VIEWING, *_RIGHTS, *_WORLDS),
    "cms/sharing/viewers.py": (*_VIEWING, *_RIGHTS, *_SHARING),
    "cms/sharing/querysets.py": (*_VIEWING, *_SHARING, *_VISIBLE, "tests/sharing/test_two_people.py"),
    "search/visibility.py": (*_VISIBLE, *_VIEWING),
    "cms/users/selectors.py": (*_VIEWING, "tests/users/test_permissions.py", "tests/users/test_doors.py"),
    "cms/sharing/rights.py": _RIGHTS,
    "cms/sharing/rules.py": (
        *_RIGHTS,
        *_VIEWING,
        "tests/users/test_permissions.py",
        "tests/workflows/test_approval.py",
    ),
    "cms/sharing/reach.py": (*_RIGHTS, "tests/admin/test_draft_scope.py", "tests/admin/test_editor.py"),
}
# what an act on the sharing of an item may and does
_SHARED: dict[str, tuple[str, ...]] = {
    "cms/sharing/seers.py": ("tests/sharing/test_seers.py", *_RIGHTS, *_TWO, "tests/notifications/test_notices.py"),
    "cms/sharing/selectors.py": (*_SHARING, *_PAGES, "tests/administration/test_explain.py"),
    "cms/sharing/viewing_as.py": _PAGES,
    "cms/sharing/confirming.py": (*_TWO, *_RIGHTS, "tests/admin/test_sharing_waiting.py"),
    "cms/sharing/enums.py": (*_BORDERS, *_ACTS, *_TWO, "tests/sharing/test_facts_changed.py"),
    "cms/sharing/ceilings.py": (*_BORDERS, *_ACTS, *_TWO),
    "cms/sharing/changes.py": (*_BORDERS, *_PAGES),
    "cms/sharing/services/acting.py": (*_ACTS, *_TWO, "tests/sharing/test_instants.py", *_ENTRIES, *_AT_ONCE),
    "cms/sharing/services/drafts.py": (*_ACTS, "tests/administration/test_two_connections.py"),
    "cms/sharing/services/naming.py": (*_ACTS, *_TWO),
    "cms/sharing/services/narrowing.py": (*_ACTS, *_TWO),
    "cms/sharing/services/widening.py": (*_ACTS, *_PAGES),
    "cms/sharing/services/marking.py": (*_ACTS, *_TWO),
    "cms/sharing/services/facts.py": (*_ACTS, "tests/sharing/test_facts_changed.py"),
    "cms/sharing/services/quarantining.py": (*_ACTS, *_RIGHTS, *_FLAGGING),
    "cms/sharing/services/pending.py": (*_TWO, *_FLAGGING, "tests/admin/test_sharing_waiting.py"),
    "cms/sharing/services/confirming.py": (*_TWO, *_FLAGGING, "tests/admin/test_sharing_waiting.py"),
    "cms/sharing/services/undoing.py": ("tests/sharing/test_undoing.py",),
    "cms/sharing/services/superseding.py": (
        "tests/sharing/test_superseding.py",
        "tests/sharing/test_undoing.py",
        "tests/sharing/test_telling.py",
    ),
    "cms/sharing/services/many.py": (
        "tests/sharing/test_many.py",
        "tests/sharing/test_telling.py",
        "tests/admin/test_sharing_waiting.py",
    ),
}
# people, organisations, groups, inspection, the trail, files
_PEOPLE: dict[str, tuple[str, ...]] = {
    "cms/organisations/rules.py": (*_ORGANISATIONS, *_OFFICES),
    "cms/organisations/standing.py": (*_ORGANISATIONS, "tests/admin/test_directory.py"),
    "cms/organisations/groups.py": (*_ORGANISATIONS, "tests/admin/test_directory.py"),
    "cms/administration/rules.py": (*_INSPECTION, *_OFFICES),
    "cms/oversight/rules.py": (
        "tests/oversight/test_pages.py",
        "tests/oversight/test_participation.py",
        *_INSPECTION,
    ),
    "cms/documents/rules.py": ("tests/documents/test_access.py",),
    "cms/documents/querysets.py": ("tests/documents/test_access.py",),
    "cms/documents/selectors.py": (
        "tests/documents/test_access.py",
        "tests/documents/test_texts.py",
        "tests/documents/test_editor.py",
    ),
}
# what follows from decisions: publication, the end of a term, mergers, disclosure, what an act would do
_FOLLOWING: dict[str, tuple[str, ...]] = {
    "cms/sharing/differences.py": (*_PAGES, "tests/admin/test_sharing_waiting.py"),
    "cms/sharing/expiry.py": ("tests/workflows/test_schedule.py", "tests/retention/test_erasing.py"),
    "cms/sharing/services/succession.py": _TREE,
    "cms/sharing/services/publishing.py": (*_ACTS, "tests/sharing/test_undoing.py"),
    "cms/sharing/services/foreseeing.py": (*_TREE, "tests/administration/test_pages.py"),
    "workflows/disclosures/rights.py": _DISCLOSURES,
    "workflows/disclosures/services.py": _DISCLOSURES,
    "workflows/retention/terms.py": _RETENTION,
    "workflows/retention/rulebook.py": _RETENTION,
    "workflows/retention/services.py": _RETENTION,
    "workflows/retention/running.py": _RETENTION,
    "workflows/retention/selectors.py": _RETENTION,
}
# one session tries all files of a group, for their tests are much the same
GROUPS = (_ITEMS, _SHARED, _PEOPLE, _FOLLOWING)
TESTS = _ITEMS | _SHARED | _PEOPLE | _FOLLOWING
