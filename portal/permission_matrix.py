"""Who may open which address: one cell per URL name and role, read out of the code.

`docs/permissions.md` is written from it, and tests/security/test_permission_matrix.py asks every
address as every role, once for an own thing and once for a neighbour's, and compares. An address
that no rule knows is an error, not an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import (
    CENTRE,
    COUNCIL_ASSOCIATION,
    MANAGER,
    MISSION,
    OFFICER,
    SECRETARIAT,
    User,
)

# What a cell says.
ALL, OWN, READ, SELF = "all", "own", "read", "self"
KEY, NO, SIGN_IN = "key", "no", "sign-in"
CELLS = {
    ALL: ("●", "opens it, whosever it is"),
    OWN: ("◐", "opens what is theirs; of anybody else's, not even that it exists"),
    READ: ("◑", "sees what is theirs; the step is refused on its page, with what was typed"),
    SELF: ("◔", "changes only how they sign in themselves, after showing that it is they"),
    KEY: ("⚿", "opens it with its own code or signed link, for a while"),
    NO: ("–", "is refused, as if it did not exist"),
    SIGN_IN: ("→", "is led to sign in"),
}


@dataclass(frozen=True)
class Role:
    """One column: a kind of person."""

    key: str
    label: str
    kind: str = ""  # of the organisation acted for
    membership: str = OFFICER
    is_staff: bool = False
    is_auditor: bool = False
    is_platform_admin: bool = False

    def person(self) -> User:
        """Somebody of this role, for asking the code's own rules; never stored."""
        user = User(
            pk=0,
            is_staff=self.is_staff,
            is_auditor=self.is_auditor,
            is_platform_admin=self.is_platform_admin,
        )
        user._organisations = {0: self.kind} if self.kind else {}  # type: ignore[attr-defined]
        user._manages_secretariat = (  # type: ignore[attr-defined]
            self.kind == SECRETARIAT and self.membership == MANAGER
        )
        return user

    @property
    def family(self) -> str:
        """The same for officers and managers of one kind of organisation."""
        return self.key.removesuffix("_manager")

    @property
    def is_anonymous(self) -> bool:
        """Nobody has signed in."""
        return self.key == "anonymous"


ROLES = (
    Role("anonymous", "anybody"),
    Role("company", "company with an account"),
    Role("guest", "guest of a case"),
    Role("association", "association officer", COUNCIL_ASSOCIATION),
    Role("association_manager", "association manager", COUNCIL_ASSOCIATION, MANAGER),
    Role("centre", "centre officer", CENTRE),
    Role("mission", "mission officer", MISSION),
    Role("body", "body officer", "agency"),
    Role("secretary", "secretariat officer", SECRETARIAT, is_staff=True),
    Role("secretary_manager", "secretariat manager", SECRETARIAT, MANAGER, is_staff=True),
    Role("auditor", "auditor", is_staff=True, is_auditor=True),
    Role("platform_admin", "platform administrator", is_staff=True, is_platform_admin=True),
)
Rule = Callable[[Role], str]


class UnknownAddressError(Exception):
    """An address has no rule: say in `NAMED` who may open it."""


def addresses() -> list[tuple[str, str, Any]]:
    """URL name, path and view of every address that has a name, by name."""
    return sorted(_walk(get_resolver().url_patterns, "", "/"), key=lambda row: row[0])


def _walk(patterns: Any, namespace: str, path: str) -> Iterator[tuple[str, str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, path + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield namespace + pattern.name, path + str(pattern.pattern), pattern.callback


# --- Rules --------------------------------------------------------------------------------------
def _public(_role: Role) -> str:
    return ALL


def _key(_role: Role) -> str:
    return KEY


def _nobody(_role: Role) -> str:
    return NO


def _not_there(role: Role) -> str:
    return SIGN_IN if role.is_anonymous else NO


def _signed_in(role: Role) -> str:
    return SIGN_IN if role.is_anonymous else ALL


def _self(role: Role) -> str:
    return SIGN_IN if role.is_anonymous else SELF


def _mine(role: Role) -> str:
    return SIGN_IN if role.is_anonymous else OWN


def _own(*keys: str) -> Rule:
    """Those roles open what is theirs; everybody else who has signed in is refused."""

    def rule(role: Role) -> str:
        if role.is_anonymous:
            return SIGN_IN
        return OWN if role.family in keys else NO

    return rule


def _step_of_company(role: Role) -> str:
    """A company's own people take the step; a guest who only reads is told so."""
    return READ if role.key == "guest" else _own("company")(role)


def _only(*keys: str) -> Rule:
    """Those roles open everything of it."""

    def rule(role: Role) -> str:
        if role.is_anonymous:
            return SIGN_IN
        return ALL if role.family in keys else NO

    return rule


def _desk_of(*keys: str) -> Rule:
    """A page of the admin: whoever has no business there is led to sign in as somebody who has."""

    def rule(role: Role) -> str:
        if not role.is_staff:
            return SIGN_IN
        return ALL if role.family in keys else NO

    return rule


_OFFICERS = tuple(role.family for role in ROLES if role.kind)
_BODIES = tuple(key for key in _OFFICERS if key != "secretary")
_COMPANY_SIDE = ("company", "guest")
_STAFF = tuple(role.key for role in ROLES if role.is_staff)
_staff = _desk_of(*_STAFF)


def _words_written(role: Role) -> str:
    """Managers of the secretariat and platform administrators put words into use."""
    if not role.is_staff:
        return SIGN_IN
    return ALL if role.key in ("secretary_manager", "platform_admin") else NO


_desk_reads = _desk_of("secretary", "auditor")
_desk_acts = _desk_of("secretary")


def _to_desk(role: Role) -> str:
    """The admin's own door leads to the portal's; who has signed in already has no use for it."""
    if role.is_anonymous:
        return SIGN_IN
    return ALL if role.is_staff else NO


# What neither a decorator nor a permission tells.
NAMED: dict[str, Rule] = {
    "after-sign-in": _signed_in,
    "mfa_authenticate": _signed_in,
    "admin:index": _staff,
    "admin:app_list": _staff,
    "admin:autocomplete": _staff,
    "admin:jsi18n": _staff,
    "admin:view_on_site": _staff,
    "admin:login": _to_desk,
    "admin:logout": _signed_in,
    "admin:password_change": _staff,
    "admin:password_change_done": _staff,
    "admin:auth_user_password_change": _desk_of("platform_admin"),
    "admin:intake_case_calls": _desk_acts,
    "admin:intake_case_file": _desk_reads,
    "admin:intake_case_paper": _desk_acts,
    "admin:intake_case_presence": _desk_acts,
    "admin:intake_case_referral": _desk_acts,
    "admin:intake_case_relied": _desk_reads,
    "admin:intake_case_seen": _desk_acts,
    "admin:intake_case_step": _desk_acts,
    "admin:intake_figures": _desk_reads,
    "admin:intake_figures_download": _desk_reads,
    "admin:intake_replytemplate_preview": _desk_reads,
    "admin:intake_replytemplate_restore": _desk_acts,
    "admin:intake_replytemplate_use": _desk_acts,
    "admin:intake_replytemplate_versions": _desk_reads,
    "admin:intake_triagecase_bulk": _desk_acts,
    "admin:intake_triagecase_bulk_done": _desk_acts,
    "admin:intake_triagecase_columns": _desk_acts,
    "admin:intake_triagecase_counts": _desk_reads,
    "admin:intake_triagecase_presence": _desk_acts,
    "admin:intake_triagecase_view": _desk_acts,
    "admin:intake_triagecase_views": _desk_acts,
    **{
        f"admin:{model}_{page}": rule
        for model in ("marketinfo_article", "marketinfo_requirement", "casestudies_casestudy")
        for page, rule in (
            ("files", _desk_reads),
            ("preview", _desk_reads),
            ("proposal", _desk_reads),
            ("remove_file", _desk_acts),
            ("restore", _desk_acts),
            ("revisions", _desk_reads),
            ("step", _desk_acts),
        )
    },
    **{
        f"admin:casestudies_casestudy_{page}": rule
        for page, rule in (
            ("ask", _desk_acts),
            ("candidates", _desk_reads),
            ("checked", _desk_acts),
            ("collection", _desk_acts),
            ("collections", _desk_acts),
            ("draft", _desk_acts),
            ("rarity", _desk_acts),
            ("settle", _desk_acts),
            ("take", _desk_acts),
            ("way", _desk_reads),
        )
    },
    "admin:marketinfo_entryreport_settle": _desk_reads,
    "inbox:choices": _mine,
    "inbox:list": _mine,
    "inbox:notice": _mine,
    "inbox:open": _mine,
    "inbox:read": _mine,
    "inbox:read-all": _mine,
    "admin:notifications_wording_html": _staff,
    "admin:notifications_wording_kind": _staff,
    "admin:notifications_wording_restore": _words_written,
    "admin:notifications_wording_shipped": _words_written,
    "admin:notifications_wording_use": _words_written,
    "admin:notifications_wording_write": _staff,
    "intake:body-desk": _signed_in,
    "intake:body-referral": _own(*_BODIES),
    "intake:body-referral-step": _own(*_BODIES),
    "intake:body-referral-file": _own(*_BODIES),
    "account_change_password": _self,
    "account_reauthenticate": _self,
    "mfa_activate_totp": _self,
    "mfa_add_webauthn": _self,
    "mfa_deactivate_totp": _self,
    "mfa_download_recovery_codes": _self,
    "mfa_edit_webauthn": _self,
    "mfa_generate_recovery_codes": _self,
    "mfa_index": _self,
    "mfa_list_webauthn": _self,
    "mfa_reauthenticate": _self,
    "mfa_reauthenticate_webauthn": _self,
    "mfa_remove_webauthn": _self,
    "mfa_view_recovery_codes": _self,
    "kept-form": _self,
    "forget-kept-form": _self,
    "sign-out-elsewhere": _self,
    "stay-signed-in": _self,
    "admin:accounts_companymembership_end": _desk_acts,
    "admin:accounts_companymembership_grant": _desk_acts,
    "admin:accounts_companymembership_refuse": _desk_acts,
    "admin:accounts_organisation_dissolve": _desk_of("secretary", "platform_admin"),
    "admin:accounts_organisation_invite": _desk_of("platform_admin"),
    "admin:accounts_organisation_succeed": _desk_of("secretary", "platform_admin"),
    "admin:intake_case_readers": _desk_reads,
    "admin:privacy_review_check": _desk_of("auditor"),
    "admin:notifications_incomingmail_discard": _desk_acts,
    "admin:notifications_incomingmail_take": _desk_acts,
    "intake:company-home": _own(*_COMPANY_SIDE),
    "intake:company-ask": _own(*_COMPANY_SIDE),
    "intake:company-case": _own(*_COMPANY_SIDE),
    "intake:company-attachment": _own(*_COMPANY_SIDE),
    "intake:company-agree": _step_of_company,
    "intake:company-contact": _step_of_company,
    "intake:company-guest-end": _own("company"),
    "intake:company-guests": _own("company"),
    "intake:company-not-solved": _step_of_company,
    "intake:company-open": _own("company"),
    "intake:company-own-data": _own(*_COMPANY_SIDE),
    "intake:company-outcome": _step_of_company,
    "intake:company-person-end": _own("company"),
    "intake:company-person-grant": _own("company"),
    "intake:company-person-refuse": _own("company"),
    "intake:company-refuse": _step_of_company,
    "intake:company-send-message": _step_of_company,
    "intake:company-sharing": _step_of_company,
    "intake:company-solved": _step_of_company,
    "intake:company-supplement": _step_of_company,
    "intake:company-supplement-save": _step_of_company,
    "intake:company-texts": _step_of_company,
    "intake:company-withdraw": _step_of_company,
    # Mail and identity providers: without one configured the addresses are not there.
    "notices:provider": _nobody,
    "provider-back": _nobody,
    "provider-begin": _nobody,
    "provider-go-on": _nobody,
    "provider-remove": _not_there,
    "notices:provider-mail": _nobody,
    "partner:choose": _own(*_OFFICERS),
    "partner:enter": _own(*_OFFICERS),
}
# Public addresses that show a case only to whoever holds its code or link.
KEYED = (
    "casestudies:approve",
    "casestudies:take-down",
    "invitation",
    "intake:agree",
    "intake:attachment",
    "intake:body-link",
    "intake:body-link-file",
    "intake:body-link-step",
    "intake:case",
    "intake:check",
    "intake:confirm",
    "intake:confirm-case",
    "intake:confirm-file",
    "intake:confirm-new",
    "intake:contact",
    "intake:dismiss-proxy",
    "intake:not-solved",
    "intake:open-link",
    "intake:outcome",
    "intake:receipt",
    "intake:refuse",
    "intake:resume",
    "intake:send-message",
    "intake:settled",
    "intake:settled-back",
    "intake:sharing",
    "intake:solved",
    "intake:supplement",
    "intake:supplement-save",
    "intake:take-over",
    "intake:tell-outcome",
    "intake:texts",
    "intake:withdraw",
    "marketinfo:follow-confirm",
    "marketinfo:follow-manage",
    "notices:come-back",
    "notices:leave",
)


def rule_of(name: str, view: Any) -> Rule:
    """The rule behind an address; UnknownAddressError when nothing says who may open it."""
    if name in KEYED:
        return _key
    if name in NAMED:
        return NAMED[name]
    if getattr(view, "login_required", True) is False:
        return _public
    kinds = getattr(view, "desk_kinds", None)
    if kinds is not None:
        return _desk(kinds, manager=view.desk_manager)
    found = _of_admin(name)
    if found is not None:
        return found
    raise UnknownAddressError(name)


def _desk(kinds: frozenset[str], *, manager: bool) -> Rule:
    """A page of an organisation's desk (`accounts.desk.at_desk`)."""

    def rule(role: Role) -> str:
        if role.is_anonymous:
            return SIGN_IN
        right_kind = bool(role.kind) and (not kinds or role.kind in kinds)
        return OWN if right_kind and (not manager or role.membership == MANAGER) else NO

    return rule


_ASKS = {
    "changelist": "has_view_or_change_permission",
    "change": "has_view_or_change_permission",
    "history": "has_view_or_change_permission",
    "add": "has_add_permission",
    "delete": "has_delete_permission",
}


def _of_admin(name: str) -> Rule | None:
    """A standard page of a registered model, by what its admin answers to each role."""
    for model, model_admin in admin.site._registry.items():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        asks = _ASKS.get(name.removeprefix(start)) if name.startswith(start) else None
        if asks is None:
            continue

        def rule(role: Role, asks: str = asks, model_admin: Any = model_admin) -> str:
            if not role.is_staff:
                return SIGN_IN
            request = HttpRequest()
            request.user = role.person()
            allowed = admin.site.has_permission(request) and getattr(model_admin, asks)(request)
            return ALL if allowed else NO

        return rule
    return None


# --- The matrix ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One address with its cells in the order of `ROLES`."""

    name: str
    path: str
    cells: tuple[str, ...]


def matrix() -> list[Line]:
    """Every named address with a cell for each role."""
    lines = []
    for name, path, view in addresses():
        rule = rule_of(name, view)
        lines.append(Line(name, path, tuple(rule(role) for role in ROLES)))
    return lines


def page() -> str:
    """The document: what the signs mean, then one table for each part of the portal."""
    text = [
        "# Who may open what",
        "",
        "Written by `manage.py generated --write` from `portal/permission_matrix.py`; do not edit.",
        "Every cell is asked for, own and foreign, by `tests/security/test_permission_matrix.py`.",
        "",
        *(f"- {sign} {meaning}" for sign, meaning in CELLS.values()),
        "",
    ]
    parts: dict[str, list[Line]] = {}
    for line in matrix():
        parts.setdefault(line.name.partition(":")[0] if ":" in line.name else "portal", []).append(
            line
        )
    for part in sorted(parts):
        text += [
            f"## {part}",
            "",
            "| address | " + " | ".join(role.label for role in ROLES) + " |",
            "|---|" + "---|" * len(ROLES),
            *(
                f"| `{line.name.rpartition(':')[2]}` | "
                + " | ".join(CELLS[cell][0] for cell in line.cells)
                + " |"
                for line in parts[part]
            ),
            "",
        ]
    return "\n".join(text)
