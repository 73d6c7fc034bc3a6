"""The pages of partners, companies and sign-in for the sweeps of tests.browser.places."""

from tests.browser.places import Place, keyed

ASSOCIATION, MANAGER, CENTRE, MISSION = "association", "manager", "centre", "mission"
CONTACT, GUEST, FOLLOWER = "contact", "guest", "follower"
SEVERAL, NEWCOMER, HALF, CODE = "several", "newcomer", "half", "code"
READY, KEEPER, RETURNED_TO = "ready", "keeper", "returned"


def _at(name: str, path: str, who: str, **more: object) -> Place:
    return Place(name, lambda _made: path, who, **more)  # type: ignore[arg-type]


def _press(selector: str = ".btn-wrap button.primary", status: int = 422) -> dict[str, object]:
    return {"click": selector, "status": status}


def _send(form: str) -> dict[str, object]:
    return _press(f"form[action$='/{form}/'] .btn-wrap button")


DESKS = [
    _at("choice of desks", "/partner/", SEVERAL),
    _at("start of an association", "/partner/KBIZ/start/", ASSOCIATION),
    _at("start of a manager", "/partner/KBIZ/start/", MANAGER),
    _at("start of a centre", "/partner/EXP-SEO/start/", CENTRE),
    _at("start of a mission", "/partner/MIS-HAN/start/", MISSION),
    _at("cases filed", "/partner/KBIZ/cases/", ASSOCIATION),
    _at("cases filed, filtered", "/partner/KBIZ/cases/?state=received&q=통관", ASSOCIATION),
    _at("cases filed, none", "/partner/EXP-SEO/cases/?q=nothing-of-the-kind", CENTRE),
    _at("views of partners", "/partner/KBIZ/cases/views/?in=state%3Dreceived", ASSOCIATION),
    _at("views of a mission", "/partner/MIS-HAN/local/views/?in=state%3Dopen", MISSION),
    _at("views of members", "/partner/KBIZ/members/views/?in=q%3Dx", ASSOCIATION),
    _at("columns of partners", "/partner/KBIZ/cases/columns/", ASSOCIATION),
    _at("export", "/partner/KBIZ/export/cases/?state=received", ASSOCIATION),
    _at("export with errors", "/partner/KBIZ/export/cases/", ASSOCIATION, **_press()),
    _at("asked", "/partner/MIS-HAN/asked/", MISSION),
    _at("asked, filtered", "/partner/MIS-HAN/asked/?country=VN", MISSION),
    _at("records", "/partner/MIS-HAN/records/", MISSION),
    _at("records, found", "/partner/MIS-HAN/records/?country=VN&sort=title", MISSION),
    _at("export of records", "/partner/MIS-HAN/export/records/", MISSION),
    keyed("case", ASSOCIATION),
    keyed("case supplement", ASSOCIATION),
    keyed("case answered", ASSOCIATION),
    keyed("case following", ASSOCIATION),
    keyed(
        "case", ASSOCIATION, "promise with errors", **_press("form[action$='/promises/'] button")
    ),
    keyed("receipt", ASSOCIATION, "receipt of an officer"),
    _at("file of an association", "/partner/KBIZ/file/", ASSOCIATION),
    _at("file of a centre", "/partner/EXP-SEO/file/", CENTRE),
    _at("file with errors", "/partner/EXP-SEO/file/", CENTRE, **_press("[data-file-now]")),
    _at("local difficulties", "/partner/MIS-HAN/local/", MISSION),
    _at("local difficulties, filtered", "/partner/MIS-HAN/local/?grade=plain", MISSION),
    _at("local, forward a mail", "/partner/MIS-HAN/local/mail/", MISSION),
    _at("local, new", "/partner/MIS-HAN/local/new/", MISSION),
    _at("local with errors", "/partner/MIS-HAN/local/new/", MISSION, **_press("[data-file-now]")),
    keyed("local", MISSION),
    keyed("local passed", MISSION),
    keyed("local", MISSION, "local note with errors", **_send("note")),
    keyed("local", MISSION, "local, correct", tail="correct/"),
    _at("batches", "/partner/KBIZ/batches/", ASSOCIATION),
    _at("batches with errors", "/partner/KBIZ/batches/", ASSOCIATION, **_press()),
    keyed("batch", ASSOCIATION),
    keyed("batch", ASSOCIATION, "batch, wrong rows", tail="?show=bad"),
    keyed("batch refused", ASSOCIATION),
    keyed("batch row", ASSOCIATION),
    _at("members", "/partner/KBIZ/members/", ASSOCIATION),
    _at("members, found", "/partner/KBIZ/members/?q=쓸기", ASSOCIATION),
    _at("members, filtered", "/partner/KBIZ/members/?mail=none&sort=number", ASSOCIATION),
    _at("member, new", "/partner/KBIZ/members/add/", ASSOCIATION),
    _at("member with errors", "/partner/KBIZ/members/add/", ASSOCIATION, **_press()),
    keyed("member", ASSOCIATION),
    keyed("member", ASSOCIATION, "member, correct", tail="edit/"),
    _at("export of members", "/partner/KBIZ/export/members/", ASSOCIATION),
    _at("import of members", "/partner/KBIZ/members/import/", ASSOCIATION),
    keyed("member sheet", ASSOCIATION),
    _at("handovers", "/partner/KBIZ/handover/", MANAGER),
    _at("handover of one's own", "/partner/MIS-HAN/handover/", MISSION),
    keyed("handover from", MANAGER),
    keyed("handover from", MANAGER, "handover with errors", **_press(status=200)),
    keyed("handover", ASSOCIATION),
    _at("people", "/partner/KBIZ/people/", ASSOCIATION),
    _at("people of a manager", "/partner/KBIZ/people/", MANAGER),
    _at("invite", "/partner/KBIZ/people/invite/", MANAGER),
    _at("invite with errors", "/partner/KBIZ/people/invite/", MANAGER, **_press(status=200)),
    _at("webhooks", "/partner/KBIZ/hooks/", MANAGER),
    _at("webhooks with errors", "/partner/KBIZ/hooks/", MANAGER, **_press()),
    keyed("webhook", MANAGER),
    keyed("person", MANAGER),
    keyed("person", MANAGER, "person, remove", tail="remove/"),
]
COMPANIES = [
    keyed("confirm"),
    keyed("confirm", name="confirm with errors", **_press("button[value=send]")),
    keyed("confirm done"),
    keyed("confirm over", status=410),
    _at("confirm, cut link", "/confirm/cut/", "public", status=404),
    keyed("outcome"),
    keyed("outcome", name="outcome with errors", **_press()),
    keyed("outcome told"),
    keyed("outcome over", status=410),
    _at("outcome, cut link", "/outcome/cut/", "public", status=404),
    keyed("confirm case", FOLLOWER),
    keyed("take over", FOLLOWER),
    keyed("dismiss", FOLLOWER),
    _at("company home", "/company/", CONTACT),
    _at("company asks with errors", "/company/", CONTACT, **_send("ask")),
    keyed("company case", CONTACT),
    keyed("company case", GUEST, "company case of a guest"),
    keyed("company case", CONTACT, "guest with errors", **_send("guests")),
]
SIGN_IN = [
    keyed("invitation new"),
    keyed("invitation new", name="invitation with errors", **_press(status=200)),
    keyed("invitation known"),
    keyed("invitation ready", READY),
    keyed("invitation ready", CONTACT, "invitation of another"),
    keyed("invitation expired", status=410),
    keyed("invitation withdrawn", status=410),
    keyed("invitation replaced", status=410),
    keyed("invitation used", status=410),
    _at("invitation, cut link", "/invitation/cut/", "public", status=404),
    _at("second factor", "/sign-in/second-factor/", HALF),
    _at("second factor with errors", "/sign-in/second-factor/", HALF, **_press(status=200)),
    _at("set-up", "/my-sign-in/", NEWCOMER),
    _at("set-up of an app", "/my-sign-in/app/", NEWCOMER),
    _at("set-up with errors", "/my-sign-in/app/", NEWCOMER, **_press(status=200)),
    _at("set-up of a passkey", "/my-sign-in/passkeys/add/", NEWCOMER),
    _at("my sign-in", "/my-sign-in/", SEVERAL),
    _at("passkeys", "/my-sign-in/passkeys/", SEVERAL),
    keyed("key name", SEVERAL),
    keyed("key remove", SEVERAL),
    _at("app, remove", "/my-sign-in/app/remove/", SEVERAL),
    _at("recovery codes", "/my-sign-in/recovery-codes/", SEVERAL),
    _at("recovery codes, new", "/my-sign-in/recovery-codes/new/", SEVERAL),
    _at("password", "/my-sign-in/password/", SEVERAL),
    _at("again", "/sign-in/again/", SEVERAL),
    _at("sign out", "/sign-out/", SEVERAL),
    _at("kept form", "/sign-in/kept/", KEEPER),
    _at("switched off", "/sign-in/switched-off/", "public"),
    _at("company sign-in", "/company/sign-in/", "public"),
    _at("company sign-in with errors", "/company/sign-in/", "public", **_press(status=200)),
    _at("company code", "/company/sign-in/code/", CODE),
    _at("company code with errors", "/company/sign-in/code/", CODE, **_press(status=200)),
    _at("forgotten", "/password/forgotten/", "public"),
    _at("forgotten with errors", "/password/forgotten/", "public", **_press(status=200)),
    _at("forgotten, sent", "/password/forgotten/sent/", "public"),
    keyed("new password", leads_on=True),
    _at("new password, old link", "/password/new/1-cut-cut/", "public"),
    _at("password changed", "/password/changed/", "public"),
]
INBOX = [
    _at("inbox", "/inbox/", ASSOCIATION),
    _at("inbox, filtered", "/inbox/?show=unread&topic=cases&q=GT-", ASSOCIATION),
    _at("inbox, nothing found", "/inbox/?q=nothing-of-the-kind", ASSOCIATION),
    _at("inbox, empty", "/inbox/", SEVERAL),
    keyed("notice", ASSOCIATION),
    keyed("notice lost", ASSOCIATION),
    _at("inbox of an officer", "/inbox/", "officer"),
    _at("choices of notices", "/my-notices/", ASSOCIATION),
    _at("choices of a company", "/my-notices/", CONTACT),
]
RETURNED = [
    keyed("returned", "officer", "case whose mail comes back", tail="change/"),
    keyed("returned", "officer", "another address", tail="step/correct_contact/"),
    keyed(
        "returned",
        "officer",
        "another address with errors",
        tail="step/correct_contact/",
        press="Enter another e-mail address",
        status=422,
    ),
    keyed("returned filed", ASSOCIATION),
    keyed("returned case", RETURNED_TO),
    keyed("returned case", RETURNED_TO, "returned case with errors", **_send("contact")),
    keyed("leave"),
    keyed("left"),
]
PLACES = [*DESKS, *COMPANIES, *SIGN_IN, *INBOX, *RETURNED]
