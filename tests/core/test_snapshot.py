"""A request that only reads asks nothing twice; one that writes reads all afresh."""

from itertools import count

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cms.core.middleware import TransactionMiddleware
from cms.core.snapshot import once, one_snapshot


def test_what_was_read_is_kept_to_the_end_of_the_snapshot_and_no_longer():
    numbers = count()
    with one_snapshot():
        assert [once("a", lambda: next(numbers)) for _ in range(3)] == [0, 0, 0]
        assert once("b", lambda: next(numbers)) == 1
    with one_snapshot():
        assert once("a", lambda: next(numbers)) == 2


def test_outside_a_snapshot_all_is_read_afresh():
    numbers = count()
    assert [once("a", lambda: next(numbers)) for _ in range(3)] == [0, 1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "read"), [("get", [0, 0]), ("head", [0, 0]), ("post", [0, 1]), ("put", [0, 1]), ("delete", [0, 1])]
)
def test_only_requests_that_read_keep_what_they_read(method, read):
    numbers = count()
    found: list[int] = []

    def view(_request):
        found.extend(once("a", lambda: next(numbers)) for _ in range(2))
        return HttpResponse()

    TransactionMiddleware(view)(getattr(RequestFactory(), method)("/"))
    assert found == read
    assert once("a", lambda: next(numbers)) == read[-1] + 1
