"""Every address, asked as every role: for an own thing and for a neighbour's (DESIGN 5, F80)."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import invitations
from accounts.models import User
from casestudies import links as archive_links
from casestudies.models import Approval, CaseStudy, Collection
from intake import links
from intake.models import Case, ReplyTemplate
from marketinfo.following import announcing, tokens
from marketinfo.models import Article, EntryFile, Follow, Follower, Requirement
from notifications import leaving, mailbox
from notifications.models import Wording
from portal.permission_matrix import KEY, NO, OWN, READ, ROLES, SELF, SIGN_IN, Line, matrix
from tests.intake.conftest import cases, cast, reference_data  # noqa: F401 (fixtures)
from tests.security.scene import Place, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LINES = matrix()
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>")


@pytest.fixture
def scene(cast, cases):  # noqa: F811
    """Two of everything."""
    return Scene(cast, cases)


# --- What stands in an address ------------------------------------------------------------------
# What an organisation or a company keeps, by the beginning of the address's name.
_KEPT = {
    "inbox:": "notice",
    "partner:local": "local",
    "partner:member-apply": "sheet",
    "partner:member-discard": "sheet",
    "partner:member-sheet": "sheet",
    "partner:member": "member",
    "partner:promise": "promise",
    "partner:record-report": "report",
    "partner:hook": "hook",
    "partner:handover": "handover",
    "partner:invitation": "invitation",
    "partner:person": "person",
    "partner:view": "view",
    "intake:company-guest": "guest",
    "intake:company-person": "asks",
    "admin:accounts_organisation_": "organisation",
    "admin:accounts_companymembership": "asks",
    "admin:intake_triagecase_view": "queue_view",
}


def _number(name: str, place: Place) -> Any:
    return place.asked.number if name.startswith("intake:body-") else place.filed.number


def _public_id(name: str, place: Place) -> Any:
    case = place.asked if name.startswith(("intake:body-", "admin:")) else place.filed
    return case.attachments.get().file.public_id


def _pk(name: str, place: Place) -> Any:
    if name.startswith("admin:intake_case_"):
        return place.asked.pk
    if name in _TEMPLATE:
        return ReplyTemplate.objects.order_by("pk").values_list("pk", flat=True).last()
    if name.startswith(
        ("admin:notifications_incomingmail_", "admin:marketinfo_", "admin:casestudies_")
    ):
        row = _of_model(name)
        return row.pk if row is not None else 1
    for start, thing in _KEPT.items():
        if name.startswith(start) and thing in place.more:
            return place.more[thing].pk
    if name.startswith("mfa_"):
        return place.more["key"].pk
    return 1


def _token(name: str, place: Place) -> Any:
    if name == "invitation":
        return invitations.path(place.more["invitation"]).rstrip("/").rpartition("/")[2]
    if name.startswith("intake:confirm"):
        return links.make(links.CONFIRM, place.filed.number)
    if name.startswith("intake:body-link"):
        return links.make(links.BODY, str(place.referral.pk))
    if name.startswith("notices:"):
        return leaving.token(place.more["leavable"])
    purpose = {
        "intake:receipt": links.RECEIPT,
        "intake:open-link": links.FOLLOW,
        "intake:tell-outcome": links.OUTCOME,
    }.get(name)
    if purpose is None:
        return links.make(links.DRAFT, str(place.filed.idempotency_key))
    return links.make(purpose, place.filed.number)


def _verb(name: str, _place: Place) -> Any:
    return (
        "note" if name in {"admin:intake_case_step", "admin:intake_replytemplate_use"} else "accept"
    )


VALUES: dict[str, Callable[[str, Place], Any]] = {
    "code": lambda _name, place: place.code,
    "number": _number,
    "referral_pk": lambda _name, place: place.referral.pk,
    "public_id": _public_id,
    "pk": _pk,
    "case_pk": lambda _name, place: place.asked.pk,
    "token": _token,
    "verb": _verb,
    "key": lambda _name, place: place.more["batch"].key,
    "delivery": lambda _name, place: place.more["hook_delivery"].pk,
    "line": lambda _name, _place: 2,
    "name": lambda _name, _place: "cases",
}
# Addresses whose parameters mean something of their own: name → values by parameter.
_TEMPLATE = {
    "admin:intake_replytemplate_change",
    "admin:intake_replytemplate_versions",
    "admin:intake_replytemplate_restore",
    "admin:intake_replytemplate_use",
}


def _words(_place: Place) -> dict[str, Any]:
    """A notice with a version that somebody drafted."""
    author = User.objects.order_by("pk").first()
    found = {"kind": "receipt", "language": "ko"}
    facts = {"subject": "…", "body": "…", "author": author}
    Wording.objects.get_or_create(**found, version=1, defaults=facts)
    return found


def _followed(_place: Place) -> Follow:
    """Something that an address follows."""
    follower, _new = Follower.objects.get_or_create(email="follower@own.example")
    facts = {"scope": "hs=33", "hs": "33"}
    return Follow.objects.get_or_create(follower=follower, **facts)[0]


def _changed(_place: Place) -> dict[str, Any]:
    """A change that was announced."""
    record = Requirement.objects.published().order_by("pk").first()
    return {"pk": announcing.announce_change(record, what="바뀌었습니다.", by=None).pk}


SPECIAL: dict[str, Callable[[Place], dict[str, Any]]] = {
    "admin:intake_case_relied": _changed,
    "marketinfo:follow-confirm": lambda place: {
        "token": tokens.confirm_path(_followed(place)).rstrip("/").rpartition("/")[2]
    },
    "marketinfo:follow-manage": lambda place: {
        "token": tokens.manage_token(_followed(place).follower)
    },
    "partner:batch-template": lambda place: {"code": place.code, "kind": "xlsx"},
    "account_reset_password_from_key": lambda _place: {"uidb36": "1", "key": "set-password"},
    "admin:intake_replytemplate_restore": lambda place: {
        "pk": _pk("admin:intake_replytemplate_restore", place),
        "number": 1,
    },
    "admin:app_list": lambda _place: {"app_label": "reference"},
    "admin:intake_figures_download": lambda _place: {"name": "values"},
    "admin:auth_user_password_change": lambda place: {"id": place.officer.pk},
    "admin:view_on_site": lambda _place: {
        "content_type_id": ContentType.objects.get_for_model(Article).pk,
        "object_id": Article.objects.order_by("pk").values_list("pk", flat=True)[0],
    },
    "admin:notifications_wording_html": lambda place: _words(place) | {"number": 0},
    "admin:notifications_wording_kind": lambda _place: {"kind": "receipt"},
    "admin:notifications_wording_restore": lambda place: _words(place) | {"number": 1},
    "admin:notifications_wording_shipped": _words,
    "admin:notifications_wording_use": lambda place: _words(place) | {"number": 1},
    "admin:notifications_wording_write": _words,
    "demo-mail": lambda _place: {"name": mailbox.kept()[0].name},
    "demo-mail-html": lambda _place: {"name": mailbox.kept()[0].name},
}


for _model in ("marketinfo_article", "marketinfo_requirement", "casestudies_casestudy"):
    _name = f"admin:{_model}"
    SPECIAL |= {
        f"{_name}_restore": lambda place, name=f"{_name}_restore": {
            "pk": _pk(name, place),
            "number": 1,
        },
        f"{_name}_remove_file": lambda place, name=f"{_name}_remove_file": {
            "pk": _pk(name, place),
            "file": 0,
        },
        f"{_name}_step": lambda place, name=f"{_name}_step": {
            "pk": _pk(name, place),
            "step": "submit",
        },
    }
SPECIAL |= {
    "admin:casestudies_casestudy_collection": lambda _place: {
        "pk": Collection.objects.all()[0].pk,
    },
    "admin:casestudies_casestudy_draft": lambda _place: {
        "pk": Case.objects.filter(state="closed", study__isnull=True).order_by("pk")[0].pk,
    },
    "admin:casestudies_casestudy_take": lambda _place: {"pk": Collection.objects.all()[0].pk},
    **{
        f"casestudies:{page}": lambda _place: {
            "token": archive_links.approve_path(Approval.objects.all()[0]).split("/")[3]
        }
        for page in ("approve", "take-down")
    },
    "country": lambda _place: {"code": "VN"},
    "article-pdf": lambda _place: {"reference": "demo-vn-clearance"},
    "record-pdf": lambda _place: {"reference": "demo-us-food-facility"},
    "case-study-pdf": lambda _place: {"reference": "demo-vn-clearance-hold"},
    "marketinfo:file": lambda _place: {"public_id": EntryFile.objects.all()[0].stored.public_id},
    "marketinfo:report": lambda _place: {"kind": "article", "reference": "demo-vn-clearance"},
}

# What must be sent along for an address to do anything at all.
DATA: dict[str, Callable[[Place], dict[str, Any]]] = {
    "admin:autocomplete": lambda _place: {
        "app_label": "marketinfo",
        "model_name": "requirement",
        "field_name": "country",
        "term": "",
    },
    "partner:batch-mark": lambda _place: {"what": "take_in"},
    "partner:batch-letters": lambda _place: {"encoding": "cp949"},
    "admin:intake_triagecase_bulk": lambda place: {"do": "claim", "case": place.filed.pk},
}


def _of_model(name: str) -> Any:
    """A row of the model behind a standard page of the admin."""
    for model in admin.site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            return model._default_manager.order_by("pk").first()
    return None


def address(line: Line, place: Place) -> str:
    """The address as a browser asks for it."""
    if line.name in SPECIAL:
        return reverse(line.name, kwargs=SPECIAL[line.name](place))
    names = [one or two for one, two in PARAMETER.findall(line.path)]
    values: dict[str, Any] = {}
    for parameter in names:
        if parameter == "object_id":
            row = _of_model(line.name)
            values[parameter] = row.pk if row is not None else 1
        elif parameter == "reference" and "record" in line.name:
            values[parameter] = place.more["record"].reference
        elif parameter == "reference":
            model = {"casestudies": CaseStudy, "marketinfo": Article}[line.name.partition(":")[0]]
            model = Requirement if line.name == "marketinfo:requirement" else model
            row = model._default_manager.first()
            values[parameter] = row.reference if row is not None else "none"
        else:
            values[parameter] = VALUES[parameter](line.name, place)
    return reverse(line.name, kwargs=values)


# --- What came back -----------------------------------------------------------------------------
OPEN, TOLD, REFUSED, TO_SIGN_IN = "open", "told", "refused", "sign-in"


def hang_up(response: Any) -> None:
    """Close what a file's answer holds open, without ending the test's own connection."""
    for part in getattr(response, "_resource_closers", []) if response.streaming else []:
        part()


def answer(browser: Client, method: str, path: str, data: dict[str, Any] | None = None) -> str:
    """How a request ended; whatever it changed is taken back, the sign-in too."""
    cookies = browser.cookies.output()
    before = copy.copy(browser.cookies)
    with transaction.atomic():
        response = getattr(browser, method)(path, data or {})
        hang_up(response)
        transaction.set_rollback(True)
    if browser.cookies.output() != cookies:
        browser.cookies = before
    if response.status_code in (403, 404):
        return REFUSED
    goes = response.get("Location", "")
    if response.status_code == 401 or (
        response.status_code == 302 and goes.startswith(("/sign-in/", "/admin/login/"))
    ):
        return TO_SIGN_IN
    if response.status_code == 409:
        return TOLD
    if response.status_code == 405:
        return "405"
    assert response.status_code < 500, f"{method} {path}: {response.status_code}"
    return OPEN


def browser_of(scene: Scene, role: str) -> Client:
    """A browser in which somebody of this role has signed in, with the second factor."""
    browser = Client()
    person = scene.people[role]
    if person is not None:
        browser.force_login(person)
    return browser


def grant(browser: Client, place: Place) -> None:
    """Open the company's page of a case with the link of a mail, as its contact does."""
    path = reverse("intake:open-link", args=[links.make(links.FOLLOW, place.filed.number)])
    assert browser.post(path).status_code == 302


EXPECTED = {NO: REFUSED, SIGN_IN: TO_SIGN_IN}


def ask(browser: Client, line: Line, place: Place, *methods: str) -> dict[str, str]:
    """What an address answers to each method."""
    path = address(line, place)
    data = DATA.get(line.name, lambda _place: {})(place)
    return {method: answer(browser, method, path, data) for method in methods}


def reading(browser: Client, line: Line, place: Place) -> str:
    """How the address answers to whoever uses it as it is meant: by GET, else by POST."""
    answers = ask(browser, line, place, "get")
    return answers["get"] if answers["get"] != "405" else ask(browser, line, place, "post")["post"]


def denied(answers: dict[str, str], how: str) -> bool:
    """Neither method lets in; a method that the address does not know says nothing."""
    return set(answers.values()) <= {how, "405"} and how in answers.values()


def wrong(browser: Client, line: Line, cell: str, own: Place, other: Place) -> list[str]:
    """What an address answers otherwise than its cell says."""
    faults = []
    if cell == SELF:
        foreign = "<" in line.path
        how = reading(browser, line, other)
        return [f"{line.name}: a stranger's is {how}"] if foreign and how == OPEN else []
    places = {address(line, place): place for place in (other, own)}
    # Who is refused for what they are is asked about what would be nearest to them.
    refused = [own] if cell in EXPECTED else []
    if cell not in EXPECTED:
        how = reading(browser, line, own)
        if how not in ((TOLD,) if cell == READ else (OPEN, TOLD)):
            faults.append(f"{line.name} own: {how}, not {cell}")
        if cell in (OWN, READ) and len(places) > 1:
            refused = [other]
    for place in refused:
        answers = ask(browser, line, place, "get", "post")
        if not denied(answers, EXPECTED.get(cell, REFUSED)):
            which = "own" if place is own else "foreign"
            faults.append(f"{line.name} {which}: {answers}, not {cell}")
    return faults


def test_every_address_has_a_cell_for_every_role() -> None:
    assert [line.name for line in LINES if len(line.cells) != len(ROLES)] == []
    assert len(LINES) > 150


@pytest.mark.parametrize("column", range(len(ROLES)), ids=[role.key for role in ROLES])
def test_every_cell_is_as_the_matrix_says(scene: Scene, column: int) -> None:
    role = ROLES[column].key
    browser = browser_of(scene, role)
    own, other = scene.place_of(role, own=True), scene.place_of(role, own=False)
    faults: list[str] = []

    for line in LINES:
        if line.cells[column] == KEY:
            continue
        mine = scene.at_home(role, own, line)
        faults += wrong(browser, line, line.cells[column], mine, other)

    assert not faults, "\n".join(faults)


def test_keyed_addresses_open_with_their_key_and_no_other(scene: Scene) -> None:
    own, other = scene.place_of("company", own=True), scene.place_of("company", own=False)
    stranger, holder = Client(), Client()
    grant(holder, own)
    faults = []

    for line in (line for line in LINES if KEY in line.cells):
        if "token" in line.path:
            cut = address(line, own)[:-3] + "/"
            if "intake:body-link-" not in line.name and answer(stranger, "get", cut) == OPEN:
                faults += [f"{line.name}: a cut link opens"] * (
                    stranger.get(cut).status_code not in (404, 410)
                )
            if reading(stranger, line, own) not in (OPEN, TOLD):
                faults.append(f"{line.name}: its own link does not open it")
            continue
        for browser, place, opens in (
            (stranger, own, False),
            (holder, own, True),
            (holder, other, False),
        ):
            path = address(line, place)
            method = "post" if answer(browser, "get", path) == "405" else "get"
            response = getattr(browser, method)(path)
            hang_up(response)
            away = response.status_code == 302 and response["Location"] == reverse("intake:follow")
            let_in = response.status_code not in (403, 404) and not away
            if let_in != opens:
                faults.append(f"{line.name}: {response.status_code}, opens: {opens}")

    assert not faults, "\n".join(faults)


def test_the_same_questions_find_a_page_without_its_gate(scene: Scene, monkeypatch) -> None:
    """The positive control: a body's page that fetches past the gate is found out."""
    from intake.models import Referral
    from intake.models.referral import ReferralQuerySet

    monkeypatch.setattr(ReferralQuerySet, "asked_of", lambda _rows, _user: Referral.objects.all())
    line = next(line for line in LINES if line.name == "intake:body-referral")
    own, other = scene.place_of("body", own=True), scene.place_of("body", own=False)

    assert wrong(browser_of(scene, "body"), line, OWN, own, other) == [
        "intake:body-referral foreign: {'get': 'open', 'post': '405'}, not own"
    ]
