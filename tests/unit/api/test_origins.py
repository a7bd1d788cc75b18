"""Which browsers' requests are refused."""

import pytest

from podium.api.origins import Origins

OWN = "127.0.0.1:8083"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "podium:8083"},
        {"host": OWN, "origin": f"http://{OWN}", "sec-fetch-site": "same-origin"},
        {"host": "[::1]:8083", "origin": "http://[::1]:8083"},
        {"host": "localhost:8083", "sec-fetch-site": "none"},
        {"host": "podium.localhost", "sec-fetch-site": "same-origin"},
        {"host": "Console.Example:80", "sec-fetch-site": "same-origin"},
    ],
)
def test_answers_its_own_pages_and_all_that_are_no_browsers(headers):
    assert Origins(("console.example",)).refuse(headers, navigable=False) is None


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"host": OWN, "origin": "https://evil.example"}, "other sites"),
        ({"host": OWN, "origin": "null"}, "other sites"),
        ({"host": OWN, "sec-fetch-site": "cross-site"}, "other sites"),
        ({"host": OWN, "sec-fetch-site": "same-site"}, "other sites"),
        ({"host": "evil.example:8083", "sec-fetch-site": "same-origin"}, "'evil.example'"),
        ({"host": "127.0.0.1.evil.example", "origin": "http://127.0.0.1.evil.example"}, "console_hosts"),
        ({"origin": "http://"}, "browser"),
    ],
)
def test_refuses_what_another_site_sends(headers, says):
    refused = Origins().refuse(headers, navigable=False)
    assert refused is not None
    assert refused.status == 403
    assert says in refused.body.decode()


def test_lets_a_link_on_another_site_open_a_page_but_not_by_another_name():
    origins = Origins()
    assert origins.refuse({"host": OWN, "sec-fetch-site": "cross-site"}, navigable=True) is None
    assert origins.refuse({"host": "evil.example"}, navigable=True) is not None
