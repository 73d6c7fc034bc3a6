"""Says in one sentence until when a case is answered, what that date means and why it paused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from intake import clock, deadline, workflow
from intake.models import Case, CaseEvent
from notifications.models import (
    DECLINED,
    FAILED,
    FOLDED,
    HELD,
    PARKED,
    QUEUED,
    SENDING,
    Notice,
)

# What each notice to the company was, in its own list of mails.
NOTICES: dict[str, Promise] = {
    "receipt": gettext_lazy("Receipt"),
    "contact_changed": gettext_lazy("Another contact address"),
    "contact_given": gettext_lazy("Word to the new contact address"),
    "address_failed_filer": gettext_lazy("Mail to the company comes back"),
    "new_date": gettext_lazy("New date"),
    "supplement_request": gettext_lazy("Request for a supplement"),
    "referred": gettext_lazy("Who was asked"),
    "extended": gettext_lazy("Extension of the period"),
    "extension_asked": gettext_lazy("Question for more time"),
    "progress": gettext_lazy("How far your case is"),
    "answer": gettext_lazy("Answer"),
    "rejected": gettext_lazy("Return of the case"),
    "duplicate": gettext_lazy("Merging with an earlier case"),
    "transferred": gettext_lazy("Transfer to another place"),
    "reopened": gettext_lazy("Reopening"),
    "closed": gettext_lazy("Closing"),
    "filed_for_you": gettext_lazy("Receipt, with the question to confirm"),
    "confirm_reminder": gettext_lazy("Reminder to confirm"),
    "supplement_soon": gettext_lazy("Reminder of the supplement"),
    "answer_waiting": gettext_lazy("Word before the case is closed"),
    "outcome_ask": gettext_lazy("Question how it ended"),
    "confirmed": gettext_lazy("Your confirmation"),
    "guest_invited": gettext_lazy("Access for a guest"),
    "taken_over": gettext_lazy("You act for yourself"),
    "proxy_ended": gettext_lazy("End of the proxy"),
    "proxy_acted": gettext_lazy("What was done for you"),
    "lapsed": gettext_lazy("Return for want of the supplement"),
    "supplement_recorded": gettext_lazy("Record of what you told us"),
    "withdrawn": gettext_lazy("Withdrawal"),
    "message": gettext_lazy("Message from the officer"),
    "one_time_code": gettext_lazy("One-time code"),
    # At the desk of the organisation that filed.
    "filer_update": gettext_lazy("News for who filed"),
    "taken_over_filer": gettext_lazy("The company acts for itself, to who filed"),
}


def delivery(notice: Notice) -> str:
    """Where a notice stands, for whoever it is about: the company or who filed for it."""
    if notice.bounced_at is not None:
        return _("came back – the address may be wrong; please tell the officer")
    if notice.sent_at is not None:
        when = date_format(timezone.localtime(notice.sent_at), _("j F Y, H:i"))
        return _("sent %(when)s") % {"when": when}
    if notice.state == FAILED:
        return _("not delivered – the address may be wrong; please tell the officer")
    if notice.state == HELD and notice.held_until is not None:
        when = date_format(timezone.localtime(notice.held_until), _("j F Y, H:i"))
        return _("will be sent %(when)s") % {"when": when}
    return str(_STANDING.get(notice.state, notice.state_label))


_STANDING: dict[str, Promise] = {
    QUEUED: gettext_lazy("is about to be sent"),
    SENDING: gettext_lazy("is being sent"),
    PARKED: gettext_lazy("held up – we are looking into it"),
    FOLDED: gettext_lazy("told in one mail with others"),
    DECLINED: gettext_lazy("not sent, as its reader chose"),
}


def day(moment: dt.date | dt.datetime) -> str:
    """A date with its weekday, as the reader's language writes it."""
    weekday = (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )[moment.weekday()]
    return _("%(date)s (%(weekday)s)") % {
        "date": date_format(moment, "DATE_FORMAT"),
        "weekday": weekday,
    }


def moment(when: dt.datetime) -> str:
    """A date with its weekday and the time of day."""
    return f"{day(when)} {when:%H:%M}"


def due(policy: clock.Policy, when: dt.datetime) -> str:
    """The due date; with the time of day where the clock runs in hours."""
    return moment(when) if policy.runs_in_hours else day(when)


def length(policy: clock.Policy, units: int) -> str:
    """A number of the policy's units in words."""
    if policy.unit == clock.HOURS:
        return ngettext("%(count)d working hour", "%(count)d working hours", units) % {
            "count": units
        }
    return ngettext("%(count)d working day", "%(count)d working days", units) % {"count": units}


def standing(
    policy: clock.Policy,
    found: clock.Deadline,
    pauses: Sequence[clock.Pause] = (),
    agreed_on: dt.date | None = None,
) -> str:
    """The sentence about a running or paused clock.

    `pauses` are those of the period (clock.pauses_of): the days that were not counted.
    `agreed_on` is the day on which the company agreed to the second extension.
    """
    if found.due is None or found.paused_since is not None:
        return _(
            "The clock has stood still since %(day)s, because we wait for your supplement; "
            "the days until it arrives do not count."
        ) % {"day": day(found.paused_since) if found.paused_since else ""}
    facts = {"due": due(policy, found.due), "length": length(policy, policy.length)}
    if policy.runs_in_hours:
        text = _(
            "We answer by %(due)s: %(length)s from the moment of receipt, counted on weekdays "
            "from 09:00 to 18:00 Korean time without the lunch hour and holidays."
        )
        if policy.lunch_counts:
            text = _(
                "We answer by %(due)s: %(length)s from the moment of receipt, counted on "
                "weekdays from 09:00 to 18:00 Korean time without holidays."
            )
    else:
        text = _(
            "We answer by %(due)s: %(length)s, the day of receipt included, weekends and "
            "Korean holidays not counted."
        )
    parts = [text % facts]
    if found.extended_by:
        parts.append(
            _("The period was extended by %(length)s.")
            % {"length": length(policy, found.extended_by)}
        )
    if agreed_on is not None:
        parts.append(_("You agreed to the second extension on %(day)s.") % {"day": day(agreed_on)})
    parts += [_pause(pause.since, pause.until) for pause in pauses if pause.until is not None]
    return " ".join(parts)


def _pause(since: dt.date, until: dt.date) -> str:
    if since == until:
        return _("%(day)s, when we waited for your supplement, does not count.") % {
            "day": day(since)
        }
    return _(
        "The days from %(since)s to %(until)s, when we waited for your supplement, do not count."
    ) % {"since": day(since), "until": day(until)}


def sentence(case: Case, events: Iterable[CaseEvent] | None = None) -> str:
    """What the date of a case means where it stands now, in the reader's language.

    `events` is the whole timeline, for a caller that has read it already.
    """
    if case.state == workflow.ANSWERED and case.answered_at is not None:
        silent = timezone.localdate(case.answered_at) + dt.timedelta(
            days=settings.SILENT_CLOSE_DAYS
        )
        return _(
            "We answered on %(answered)s. If we hear nothing from you by %(until)s, the case is "
            "closed."
        ) % {"answered": day(timezone.localtime(case.answered_at)), "until": day(silent)}
    if case.ended_at is not None:
        return _("This case ended on %(day)s; no date is running.") % {
            "day": day(timezone.localtime(case.ended_at))
        }
    told = list(case.events.all() if events is None else events)
    moves = deadline.history(told)
    policy = deadline.policies()[case.policy]
    found = clock.deadline(policy, moves, deadline.korea())
    started = max(move.at for move in moves if move.kind in (clock.RECEIVED, clock.STARTED_AGAIN))
    pauses = clock.pauses_of(move for move in moves if move.at >= started)
    agreed = [
        deadline.local(event.at).date()
        for event in told
        if event.verb == "agree_extension" and deadline.local(event.at) >= started
    ]
    text = standing(policy, found, pauses, agreed[-1] if agreed else None)
    if case.state == workflow.SUPPLEMENT and case.supplement_due is not None:
        text += " " + _("Please send it by %(day)s.") % {"day": day(case.supplement_due)}
    if case.extension_asked_at is not None:
        text += " " + _("We asked you for more time; until you agree, this date stands.")
    return text


def extended_date(case: Case, units: int) -> dt.datetime | None:
    """The date that a case would have if its period were extended by some units now."""
    more = clock.Event(clock.EXTENDED, deadline.local(timezone.now()), units)
    moves = [*deadline.history(case.events.all()), more]
    found = clock.deadline(deadline.policies()[case.policy], moves, deadline.korea()).due
    return None if found is None else timezone.make_aware(found)


def progress(case: Case) -> str:
    """What was done for a case so far and what comes next, to the company, in a few sentences."""
    asked = [row.state for row in case.referrals.all() if row.state != workflow.RECALLED]
    answered = asked.count(workflow.REFERRAL_ANSWERED)
    parts = [
        _("We received your case on %(day)s.") % {"day": day(timezone.localtime(case.received_at))}
    ]
    if case.assignee is None:
        parts.append(_("No officer has taken it up yet; the secretariat has it."))
    elif not asked:
        parts.append(_("The officer in charge is reviewing it."))
    if asked:
        parts.append(
            ngettext(
                "%(count)d body was asked for its opinion.",
                "%(count)d bodies were asked for their opinion.",
                len(asked),
            )
            % {"count": len(asked)}
        )
        if answered == len(asked):
            parts.append(_("All answers are in, and we are putting them together."))
        elif answered:
            parts.append(
                ngettext(
                    "%(count)d answer is in; we wait for the rest.",
                    "%(count)d answers are in; we wait for the rest.",
                    answered,
                )
                % {"count": answered}
            )
        elif any(state in workflow.REFERRAL_OPEN for state in asked):
            parts.append(_("No answer is in yet; we wait for it."))
    until = date(case)
    if until and case.is_overdue:
        parts.append(
            _("You should have had our answer by %(due)s. We are sorry that it takes longer.")
            % {"due": until}
        )
    elif until:
        parts.append(_("You will have our answer by %(due)s.") % {"due": until})
    return " ".join(parts)


def plain(case: Case) -> str:
    """Where the case stands, in one sentence to the company."""
    if case.lapsed:
        return _(
            "The supplement did not arrive by the date. Send it at any time and the case goes on."
        )
    return _(workflow.STATES[case.state].plain)


def date(case: Case) -> str:
    """The due date of a case; empty while none is running."""
    if case.due_at is None or not case.is_open or case.state == workflow.ANSWERED:
        return ""
    return due(deadline.policies()[case.policy], timezone.localtime(case.due_at))


def if_filed_now(policy_code: str) -> tuple[str, str]:
    """The date of a case that is filed this minute, and the sentence that explains it."""
    policy = deadline.policies()[policy_code]
    received = clock.Event(clock.RECEIVED, deadline.local(timezone.now()))
    found = clock.deadline(policy, [received], deadline.korea())
    return due(policy, found.due) if found.due else "", standing(policy, found)
