"""What tests of the outbox share."""

import pytest

from cms.notifications import outbox


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, outbox.Handler]:
    """Let this test register handlers of its own beside the real ones."""
    known = outbox.handlers()
    monkeypatch.setattr(outbox, "_handlers", known)
    return known
