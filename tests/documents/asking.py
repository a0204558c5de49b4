"""Asking for a file, with the answer read to its end and closed."""

from dataclasses import dataclass
from typing import Any

from django.test import Client


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(client: Client, address: str) -> Answer:
    """Return the answer to a GET request; one that was not read to its end would leave a file open."""
    response: Any = client.get(address)
    body: bytes = response.getvalue() if response.streaming else response.content
    return Answer(response.status_code, dict(response.headers), body)
