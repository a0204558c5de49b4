"""What an account alone opens: nothing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from cms.core.instants import current_instant
from cms.sharing.rules import Ask
from cms.users.selectors import accounts_in_good_standing, current_terms, in_good_standing, terms_to_accept
from tests.factories import NOW, make_organisation, make_user
from tests.factories.rows import make_bare_item

pytestmark = pytest.mark.django_db


def test_a_superuser_is_asked_like_everybody() -> None:
    user = make_user(superuser=True)
    ask = Ask(make_bare_item(owner=make_organisation(), state="network"), NOW)
    permissions = ("sharing.view", "sharing.widen", "sharing.edit", "no.such_permission")
    assert [user.has_perm(permission, ask) for permission in permissions] == [False] * 4
    assert user.has_perm("sharing.view", Ask(make_bare_item(owner=make_organisation(), state="public"), NOW))


@pytest.mark.django_db(transaction=True)
def test_a_superuser_is_asked_like_everybody_elsewhere_too() -> None:
    user = make_user(superuser=True)
    ask = Ask(make_bare_item(owner=make_organisation(), state="network"), NOW)

    async def asked() -> bool:
        answer = await user.ahas_perm("sharing.view", ask)
        # the answer came from a thread of its own, with a connection that nobody else would close
        await sync_to_async(connections.close_all)()
        return answer

    # in a thread of its own: Chromium's driver may keep a loop of its own in this one
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, asked()).result() is False


def test_good_standing() -> None:
    good = make_user()
    others = [make_user(active=False), make_user(enrolled=False), make_user(terms=False)]
    assert set(accounts_in_good_standing(NOW)) == {good}
    assert [in_good_standing(user, NOW) for user in (good, *others, None)] == [True, False, False, False, False]


def test_the_terms_of_an_instant() -> None:
    user, newcomer = make_user(), make_user(terms=False)
    first = current_terms(NOW)
    assert first is not None
    assert current_terms(first.effective_from) == first
    assert [terms_to_accept(each, NOW) for each in (user, newcomer)] == [None, first]
    long_ago = current_instant().replace(year=2000)
    assert [current_terms(long_ago), terms_to_accept(newcomer, long_ago)] == [None, None]
