"""The browser answers, and sees the running site."""

from playwright.sync_api import Page


def test_the_browser_opens_a_page_of_the_site(page: Page) -> None:
    answer = page.goto("/accounts/login/")
    assert answer is not None
    assert answer.url.endswith("/accounts/login/")
