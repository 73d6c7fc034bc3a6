"""Every answer says what it may do, that it is not framed, and that it is not kept (F91, F87)."""

import re

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
OURS = sorted((settings.BASE_DIR / "static").glob("*.js"))
_MAKERS = re.compile(
    r"innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write|parseFromString|srcdoc|"
    r"createContextualFragment|\beval\(|new Function|importScripts|setHTMLUnsafe"
)


def makers(text: str) -> list[str]:
    """Where a script makes HTML or code out of a text."""
    return _MAKERS.findall(text)


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
            typed = []
        else:
            typed = trusted_types(name, response, policy)
        found += [f"no {directive}" for directive in sorted(wanted - set(policy))] + typed
    for header, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
    ):
        if response.headers.get(header) != value:
            found.append(f"{header}: {response.headers.get(header)}")
    if "camera=()" not in response.headers.get("Permissions-Policy", ""):
        found.append("no Permissions-Policy")
    kept = response.headers.get("Cache-Control", "")
    if "no-store" not in kept and KEPT_BY_THE_BROWSER.get(name) != kept:
        found.append(f"Cache-Control: {kept}")
    return found


def trusted_types(name, response, policy) -> list[str]:
    """Whether Trusted Types are enforced; in the admin, whether breaking them is reported."""
    reported = response.headers.get("Content-Security-Policy-Report-Only", "")
    if name.startswith("admin:"):
        told = "require-trusted-types-for 'script'" in reported
        return [] if told else ["Trusted Types are not reported"]
    wanted = {"require-trusted-types-for": ["'script'"], "trusted-types": ["portal-worker"]}
    held = {directive: policy.get(directive) for directive in wanted}
    return ([] if held == wanted else [f"Trusted Types: {held}"]) + ([reported] if reported else [])


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
        "Trusted Types: {'require-trusted-types-for': None, 'trusted-types': None}",
        "X-Frame-Options: None",
        "Cross-Origin-Resource-Policy: None",
        "Cross-Origin-Embedder-Policy: None",
        "no Permissions-Policy",
        "Cache-Control: ",
    ]


def test_static_files_have_the_same_headers(client):
    response = client.get("/static/limits-worker.js")

    assert response.status_code == 200
    for close in response._resource_closers:
        close()
    assert [one for one in faults("static", response) if not one.startswith("Cache")] == []
    assert "Access-Control-Allow-Origin" not in response.headers


def test_browser_forgets_what_it_kept_when_somebody_leaves(client, cast):
    client.force_login(cast.secretary)

    left = client.post("/sign-out/")
    asked = client.get("/")

    assert left.headers.get("Clear-Site-Data") == '"cache", "storage"'
    assert "Clear-Site-Data" not in asked.headers


def test_no_script_of_ours_makes_html_out_of_text():
    assert {path.name: makers(path.read_text()) for path in OURS if makers(path.read_text())} == {}


@pytest.mark.parametrize(
    "line",
    [
        "list.innerHTML = html;",
        "new DOMParser().parseFromString(a, b)",
        "eval(text)",
        'on("x", new Function(t))',
    ],
)
def test_search_for_makers_of_html_finds_them(line):
    assert makers(line) != []
