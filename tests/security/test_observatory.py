"""Answers of every address for every kind of visitor, recorded for the Observatory's rules.

`bin/soak headers` runs this with a site under HTTPS and scores what it writes; without it, it is
skipped: the rules are a package of Node that nothing else needs.
"""

import json
import os
from pathlib import Path

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
RECORD = os.environ.get("OBSERVATORY_RECORD", "")
HOST = "portal.example.kr"


@pytest.mark.skipif(not RECORD, reason="bin/soak headers records the answers of a site under HTTPS")
def test_answers_are_recorded(addresses, cast, company, settings):
    settings.ALLOWED_HOSTS = [HOST]
    visitors = {"stranger": Client(), "company": company}
    for person in ("secretary", "platform_admin", "auditor", "customs_officer"):
        visitors[person] = Client()
        visitors[person].force_login(getattr(cast, person))
    more = [("static", "/static/portal.css"), ("static", "/static/limits-worker.js")]
    more += [("not there", "/no-such-page/"), ("plain method", "/file/submit/")]

    with Path(RECORD).open("w", encoding="utf-8") as file:
        for who, browser in visitors.items():
            for name, path in [*addresses, *more]:
                file.write(json.dumps(answer(browser, who, name, path)) + "\n")

    plain = Client().get("/", headers={"host": HOST})
    assert (plain.status_code, plain["Location"]) == (301, f"https://{HOST}/")


def answer(browser, who, name, path):
    """One answer as the rules read it."""
    response = browser.get(path, secure=True, headers={"host": HOST})
    kind = response.headers.get("Content-Type", "")
    html = kind.startswith("text/html") and not response.streaming
    body = response.content.decode() if html else ""
    for close in response._resource_closers:
        close()
    return {
        "name": f"{name} ({who})",
        "url": f"https://{HOST}{path}",
        "status": response.status_code,
        "headers": {key.lower(): value for key, value in response.headers.items()}
        | {"set-cookie": [one.OutputString() for one in response.cookies.values()]},
        "cookies": [one.OutputString() for one in response.cookies.values()],
        "body": body,
    }
