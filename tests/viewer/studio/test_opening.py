"""The link in a real browser: the token leaves the address, and the page can be loaded again without it."""

import pytest

from nodewise.viewer.studio.guard import NO_TOKEN

PAGE = "#nodewise-studio > *"


@pytest.mark.slow
def test_the_page_opens_by_its_link_and_loads_again_without_the_token(page, watch, studio):
    watch.allow(studio.base)
    page.goto(f"{studio.base}/?token={studio.token}#here")
    page.wait_for_selector(PAGE)
    assert studio.token not in page.url
    assert page.evaluate("sessionStorage.getItem('nodewise-token')") == studio.token
    page.reload()
    page.wait_for_selector(PAGE)
    assert studio.token not in page.url
    watch.forgive("401")  # the address without token, which then brings it


@pytest.mark.slow
def test_a_page_without_the_token_says_what_to_do_and_does_not_turn_in_circles(page, watch, studio):
    watch.allow(studio.base)
    for query in ("", "?token=wrong"):
        page.goto(f"{studio.base}/{query}")
        assert page.locator("body").inner_text().strip() == NO_TOKEN
    page.evaluate("sessionStorage.setItem('nodewise-token', 'stale')")
    page.goto(studio.base)
    page.wait_for_function("sessionStorage.getItem('nodewise-token') === null")
    assert page.locator("body").inner_text().strip() == NO_TOKEN
    watch.forgive("401")
