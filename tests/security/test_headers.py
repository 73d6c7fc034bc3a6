"""Every answer says what it may do, that it is not framed, and that it is not kept (F91, F87)."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

# Shows nothing of anybody; kept by the browser, going back finds the text again (F2).
KEPT_BY_THE_BROWSER = dict.fromkeys(("intake:file", "intake:send"), "private, no-cache")
# Published texts, the same for everybody who may read them; and what the box offered a minute ago.
KEPT_BY_THE_BROWSER |= dict.fromkeys(
    ("article-pdf", "record-pdf", "case-study-pdf"), "private, no-cache"
)
KEPT_BY_THE_BROWSER |= dict.fromkeys(("marketinfo:feed", "casestudies:feed"), "public, max-age=600")
KEPT_BY_THE_BROWSER["search-suggest"] = "private, max-age=60"
# Shown inside a sandbox without scripts; a mail's own style is all that may run there.
SANDBOXED = {"demo-mail-html"}


def faults(name, response) -> list[str]:
    """What is wrong with the headers of an answer."""
    found = []
    policy = {
        words.split()[0]: words.split()[1:]
        for words in response.headers.get("Content-Security-Policy", "none").split(";")
        if words.strip()
    }
    if name not in SANDBOXED:
        unsafe = [word for words in policy.values() for word in words if "unsafe" in word]
        foreign = [
            word for words in policy.values() for word in words if "://" in word or "*" in word
        ]
        found += unsafe + foreign
        wanted = {"default-src", "script-src", "style-src", "frame-ancestors", "base-uri"}
        if "sandbox" in policy and policy.get("default-src") == ["'none'"]:
            # A download: where a browser does show it, nothing in it runs or is fetched.
            wanted = set()
        found += [f"no {directive}" for directive in sorted(wanted - set(policy))]
    for header, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):
        if response.headers.get(header) != value:
            found.append(f"{header}: {response.headers.get(header)}")
    kept = response.headers.get("Cache-Control", "")
    if "no-store" not in kept and KEPT_BY_THE_BROWSER.get(name) != kept:
        found.append(f"Cache-Control: {kept}")
    return found


def sweep(browser: Client, addresses) -> dict[str, list[str]]:
    """The faults of every address, for one visitor; a server error is one as well."""
    found = {}
    for name, path in addresses:
        response = browser.get(path)
        wrong = faults(name, response)
        # Not response.close(): that would end the test's own connection as well.
        for close in response._resource_closers:
            close()
        if response.status_code >= 500:
            wrong.append(str(response.status_code))
        if wrong:
            found[f"{name} {path}"] = wrong
    return found


def test_headers_hold_for_strangers(addresses):
    assert sweep(Client(), addresses) == {}


def test_headers_hold_for_a_company(addresses, company):
    assert sweep(company, addresses) == {}


@pytest.mark.parametrize("person", ["secretary", "platform_admin", "auditor", "customs_officer"])
def test_headers_hold_for_people_signed_in(addresses, cast, person):
    browser = Client()
    browser.force_login(getattr(cast, person))

    assert sweep(browser, addresses) == {}


def test_header_sweep_finds_what_is_planted(client, settings):
    settings.MIDDLEWARE = [
        name
        for name in settings.MIDDLEWARE
        if not name.endswith(("security_headers", "XFrameOptionsMiddleware", "CSPMiddleware"))
    ]

    found = faults("home", client.get("/"))

    assert found == [
        "no base-uri",
        "no default-src",
        "no frame-ancestors",
        "no script-src",
        "no style-src",
        "X-Frame-Options: None",
        "Cache-Control: ",
    ]
