"""Files of others change no answer: the same requests in a world with them and in one without."""

import pytest
from django.db import connection, transaction
from django.test import Client

from cms.documents.enums import Scan
from tests.admin.answers import masked
from tests.documents.making import make_file, write
from tests.factories import make_item

pytestmark = pytest.mark.django_db
CANARY = "zyxcanary"


def plant(house) -> list[str]:
    """Give France files in every place; return their identifiers."""
    published = make_item(owner=house.france, title=CANARY)
    draft = make_item(owner=house.france, live=False, title=CANARY)
    withdrawn = make_item(owner=house.france, state="withdrawn", title=CANARY)
    quarantined = make_item(owner=house.france, quarantined=True, title=CANARY)
    files = []
    for row in (published, draft, withdrawn, quarantined):
        files.append(make_file(row, name=f"{CANARY}.png"))
        write(row, files[-1], publish=row.page.live)
    files += [make_file(house.france, name=f"{CANARY}.png"), make_file(published, scan=Scan.WAITING)]
    return [str(file.uuid) for file in files]


def told(client: Client, address: str) -> tuple[int, dict[str, str], str]:
    """Ask, and undo what the asking wrote."""
    with transaction.atomic():
        response = client.get(address)
        headers = {name: value for name, value in response.headers.items() if name not in {"Expires", "Date"}}
        answer = response.status_code, headers, masked(response.content.decode())
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("who", ["author", "approver", "finn", "curator", "administrator", "superuser", "nobody"])
def test_another_organisations_files_change_nothing(house, who):
    client = house.client(who)
    with transaction.atomic():
        identifiers = plant(house)
        addresses = [f"/f/{one}/{part}" for one in identifiers for part in ("", "320/", "file/")]
        addresses += ["/f/", "/cms/files/", "/api/v1/search", "/search/?q=" + CANARY]
        with_them = [told(client, address) for address in addresses]
        transaction.set_rollback(True)
    connection.run_on_commit.clear()
    without = [told(client, address) for address in addresses]
    assert [one for one, a, b in zip(addresses, with_them, without, strict=True) if a != b] == []
    assert {answer[0] for answer in with_them[: len(identifiers) * 3]} == {404}
