"""What people are told about their own access."""

from __future__ import annotations

from notifications.catalog import (
    ACCOUNT,
    AUDITOR,
    OPERATIONS,
    PERSON,
    Kind,
    msg,
)

KINDS = (
    Kind(
        "company_access_asked",
        msg("Request to see a company’s cases"),
        PERSON,
        ("(access)",),
        topic=ACCOUNT,
    ),
    Kind(
        "company_access_ended",
        msg("End of access to a company’s cases"),
        PERSON,
        ("(access)",),
        topic=ACCOUNT,
    ),
    Kind(
        "company_access_granted",
        msg("Access to a company’s cases"),
        PERSON,
        ("(access)",),
        topic=ACCOUNT,
    ),
    Kind(
        "company_access_refused",
        msg("Refused access to a company’s cases"),
        PERSON,
        ("(access)",),
        topic=ACCOUNT,
    ),
    Kind(
        "access_log_broken",
        msg("Damage to the access log"),
        AUDITOR,
        ("(access log)",),
        topic=OPERATIONS,
        asks=True,
    ),
    Kind(
        "access_log_head",
        msg("Daily seal of the access log"),
        AUDITOR,
        ("(access log)",),
        topic=OPERATIONS,
    ),
    Kind(
        "access_log_review",
        msg("Monthly review of the access log"),
        AUDITOR,
        ("(access log)",),
        topic=OPERATIONS,
        asks=True,
    ),
    Kind(
        "hook_disabled",
        msg("Webhook that was switched off"),
        PERSON,
        ("(webhook)",),
        topic=OPERATIONS,
    ),
    Kind(
        "invitation",
        msg("Invitation of an officer"),
        PERSON,
        ("(rights)",),
        topic=ACCOUNT,
        secret=True,
    ),
    Kind(
        "organisation_moved",
        msg("Another organisation in place of an earlier one"),
        PERSON,
        ("(rights)",),
        topic=ACCOUNT,
    ),
    Kind(
        "password_link",
        msg("Link to a new password"),
        PERSON,
        ("(sign-in)",),
        topic=ACCOUNT,
        secret=True,
    ),
    Kind("removed", msg("End of an officer’s rights"), PERSON, ("(rights)",), topic=ACCOUNT),
    Kind("role_changed", msg("Changed rights of an officer"), PERSON, ("(rights)",), topic=ACCOUNT),
    Kind("sign_in_changed", msg("Changed sign-in"), PERSON, ("(sign-in)",), topic=ACCOUNT),
    Kind(
        "sign_in_code", msg("Code to sign in"), PERSON, ("(sign-in)",), topic=ACCOUNT, secret=True
    ),
    Kind("sign_in_new", msg("Sign-in by a new browser"), PERSON, ("(sign-in)",), topic=ACCOUNT),
    Kind(
        "sign_in_officer",
        msg("Word to an officer who used the companies’ sign-in"),
        PERSON,
        ("(sign-in)",),
        topic=ACCOUNT,
    ),
    Kind(
        "sign_in_unknown",
        msg("Word to an address without a case"),
        PERSON,
        ("(sign-in)",),
        topic=ACCOUNT,
    ),
)
