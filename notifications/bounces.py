"""Reads returned mails: whose notice came back, whether for good, and why.

Standard reports (RFC 3464) are read by their parts, Exchange's and the Korean providers' by their
words, and what is left by flufl.bounce. Only a mail that quotes our own Message-ID, which nobody
but the reader knows, can give an address up at once.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import logging
import re
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from django.utils import timezone
from flufl.bounce import all_failures

from notifications import addresses, bounce_parts, bounce_words
from notifications.models import MAIL, SENT, Notice

log = logging.getLogger(__name__)

# An answer that names only the address is believed for a mail that went out not long ago.
RECENT = dt.timedelta(days=7)
# What is read of a mail: a report comes first, and returned mails may be large.
READ_AT_MOST = 512 * 1024
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<!\d)([45])\d\d(?![\d.])")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "microsoftexchange")
# Beside 5.1.x: no such mailbox, no such domain, or no more than "failed".
_FOR_GOOD = {("2", "0"), ("2", "1"), ("4", "1"), ("4", "4"), ("4", "310"), ("0", "0")}
_FAILED, _DELAYED = ("failed", "error"), "delayed"


@dataclass(frozen=True)
class Returned:
    """What a returned mail says of the mail that it returns.

    `address` and `message_id` are empty where it does not tell. `given_up`: the server tries no
    more; without it the mail may still arrive.
    """

    address: str
    message_id: str
    permanent: bool
    reason: str
    given_up: bool = True


def read(raw: bytes) -> Returned | None:
    """What came back, or None for a mail that returns nothing (an answer, an absence)."""
    mail = _parsed(raw)
    report = _report(mail)
    if report is None and not _is_from_a_server(mail):
        return None
    text = bounce_parts.said(mail)
    if report is None and bounce_words.is_absence(bounce_parts.subject(mail), text):
        return None
    found = _of_report(report) if report is not None else _of_words(mail, text)
    if found is None:
        return None
    quoted = bounce_parts.quoted(mail)
    if quoted is not None and bounce_parts.is_returned_itself(quoted):
        # A bounce of a bounce: nothing of ours was lost by it.
        return Returned("", "", permanent=False, reason="", given_up=False)
    address, permanent, reason, given_up = found
    return Returned(
        address=addresses.folded(address),
        message_id=bounce_parts.message_id(mail, quoted, text),
        permanent=permanent and given_up,
        reason=addresses.masked(reason),
        given_up=given_up,
    )


def _parsed(raw: bytes) -> Message:
    return email.message_from_bytes(raw[:READ_AT_MOST], policy=email.policy.compat32)


def take(raw: bytes) -> bool:
    """Deal with a mail that may be a returned one; False when it is not, for others to read."""
    found = read(raw)
    if found is None:
        # A report that something arrived is nobody's answer either.
        return _report(_parsed(raw)) is not None
    row = notice_of(found)
    if row is None:
        log.info("a returned mail named no notice of ours")
    elif found.given_up:
        # Anybody can write whose mail came back; only our own Message-ID proves it.
        addresses.returned(
            row, permanent=found.permanent and bool(found.message_id), reason=found.reason
        )
    return True


def notice_of(found: Returned) -> Notice | None:
    """The notice that came back: by its Message-ID, else the last one to the address."""
    if found.message_id:
        return Notice.objects.filter(message_id=found.message_id).first()
    if not found.address:
        return None
    recent = Notice.objects.filter(
        domain=found.address.rpartition("@")[2][:190],
        to_address__iexact=found.address,
        channel=MAIL,
        state=SENT,
        sent_at__gte=timezone.now() - RECENT,
    )
    return recent.order_by("-pk").first()


def refused(row: Notice, said: str) -> None:
    """A server refused a notice at once: where nobody has the address, the same as a return.

    Never a fault of the delivery, which has recorded the refusal by now.
    """
    if row.channel != MAIL or not is_permanent("", said):
        return
    try:
        addresses.returned(row, permanent=True, reason=said)
    except Exception:
        log.exception("the address of notice %s could not be marked", row.pk)


# --- The standard report --------------------------------------------------------------------
_Found = tuple[str, bool, str, bool]


def _report(mail: Message) -> Message | None:
    """The part for machines, where the mail is a report about delivery."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            return part
        if part is not mail and part.get_content_type() == "message/rfc822":
            return None
    return None


def _of_report(report: Message) -> _Found | None:
    blocks = [block for block in report.get_payload() if isinstance(block, Message)]
    for block in blocks:
        action = str(block.get("Action", "")).strip().lower()
        delayed = action.startswith(_DELAYED)
        if not delayed and not action.startswith(_FAILED):
            continue
        said = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
        status = str(block.get("Status", "")).strip()
        who = _recipient(block, "Original-Recipient") or _recipient(block, "Final-Recipient")
        return who, is_permanent(status, said), f"{status} {said}".strip(), not delayed
    return None


def _recipient(block: Message, name: str) -> str:
    value = str(block.get(name, "")).partition(";")[2] or str(block.get(name, ""))
    found = _ADDRESS.search(value)
    return found[0] if found else ""


def is_permanent(status: str, said: str) -> bool:
    """Whether an answer means that no mail to the address will ever arrive.

    A full mailbox, a size, a policy or a suspicion of spam is no fault of the address, whatever
    its number says.
    """
    if bounce_words.is_passing(said):
        return False
    if bounce_words.is_unknown_user(said):
        return True
    if code := _STATUS.search(status) or _STATUS.search(said):
        kind, subject, detail = code.groups()
        return kind == "5" and (
            (subject == "1" and detail not in {"7", "8"})  # those are about the sender
            or (subject, detail) in _FOR_GOOD
        )
    number = _CODE.search(said)
    return bool(number and number[0] in {"550", "551", "553"})


# --- A server's own words -------------------------------------------------------------------
def _is_from_a_server(mail: Message) -> bool:
    """An empty envelope, or a sender that only servers have."""
    if mail.get_content_type() == "multipart/report":
        return True
    if str(mail.get("Return-Path", "")).strip() == "<>":
        return True
    senders = [address for _name, address in getaddresses([str(mail.get("From", ""))])]
    return any(sender.lower().startswith(_DAEMONS) for sender in senders)


def _of_words(mail: Message, text: str) -> _Found | None:
    """Who did not get it, by the server's prose; None where no words say so."""
    head = bounce_words.before_the_returned(text)
    places = (bounce_parts.subject(mail), head)
    failed = any(bounce_words.says_failed(place) for place in places)
    temporary, permanent = _detected(mail)
    known = sorted(permanent) or sorted(temporary)
    if not failed and not known:
        return None
    own = {addresses.folded(address) for _name, address in getaddresses([str(mail.get("To", ""))])}
    named = [one for one in _ADDRESS.findall(head) if _is_reader(one, own)]
    address = known[0].decode() if known else (named[0] if named else "")
    delayed = any(bounce_words.says_delayed(place) for place in places)
    reason = bounce_words.reason(head)
    return address, is_permanent("", head), reason, not delayed


def _detected(mail: Message) -> tuple[frozenset[bytes], frozenset[bytes]]:
    try:
        return all_failures(mail)
    except Exception:
        # Whatever is wrong with one mail, the others are read.
        log.exception("a returned mail could not be read by its form")
        return frozenset(), frozenset()


def _is_reader(address: str, own: set[str]) -> bool:
    folded = addresses.folded(address)
    return folded not in own and not folded.startswith((*_DAEMONS, "no-reply", "noreply"))
