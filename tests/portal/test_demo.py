"""The demonstration's cases: a desk that is alive, with a past that holds together."""

import datetime as dt
import io
import json

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import MISSION, Member, Membership
from files.models import StoredFile
from intake import deadline, triage, workflow
from intake.models import (
    Case,
    CaseEvent,
    LocalDifficulty,
    Mention,
    Promise,
    ReceiptCounter,
    Referral,
    SupplementItem,
)
from intake.models.queue import lane_of
from intake.tasks import endings, progress, reminders
from notifications.models import QUEUED, Notice
from portal import demo, demo_past

pytestmark = pytest.mark.django_db
SEOUL = dt.timezone(dt.timedelta(hours=9))
# A Wednesday between two working days, in office hours.
WEDNESDAY = dt.datetime(2026, 6, 17, 14, 0, tzinfo=SEOUL)


@pytest.fixture(scope="module")
def ready(django_db_setup, django_db_blocker):
    """A portal with its reference data and nothing else, for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO=True):
        call_command("load_reference", stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def lives(ready):
    """The demonstration as it is loaded now; what was made, by kind."""
    with transaction.atomic():
        yield demo.load()
        transaction.set_rollback(True)


def test_queue_shows_every_reason(ready, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: WEDNESDAY)

    demo.load()

    lanes = set(Case.objects.open().values_list("lane", flat=True))
    assert lanes == triage.REASONS.keys()
    assert set(Case.objects.values_list("state", flat=True)) == workflow.STATES.keys()


def test_lives_lie_in_the_past_in_their_order(lives):
    now = timezone.now()

    cases = list(Case.objects.order_by("pk"))
    assert [case.received_at for case in cases] == sorted(case.received_at for case in cases)
    assert now - cases[0].received_at > dt.timedelta(days=90)
    for case in cases:
        times = list(case.events.order_by("pk").values_list("at", flat=True))
        assert times == sorted(times)
        assert times[0] == case.received_at
        assert times[-1] < now
        steps = case.events.exclude(from_state=models.F("to_state"))
        assert steps.order_by("-pk").values_list("at", flat=True)[0] == case.state_since
        asked = case.referrals.order_by("pk")
        assert all(one.due_at > one.asked_at >= case.received_at for one in asked)
        assert not case.messages.filter(at__lt=case.received_at).exists()
        assert not case.messages.filter(at__gt=times[-1] + dt.timedelta(seconds=5)).exists()


def test_dates_and_lanes_follow_from_the_lives(lives):
    now = timezone.now()

    for case in Case.objects.open():
        due = deadline.of(case).due
        assert case.due_at == (due and timezone.make_aware(due)), case.title
        assert case.lane == lane_of(
            state=case.state,
            at_border=case.at_border,
            due_at=case.due_at,
            attention=case.attention,
            now=now,
        )


def test_numbers_come_from_the_counter(lives):
    serials = [int(case.number.split("-")[2]) for case in Case.objects.order_by("pk")]
    assert serials == list(range(1, len(serials) + 1))
    assert ReceiptCounter.objects.get().last == len(serials)


def test_loading_again_adds_nothing(lives):
    assert demo.load() == dict.fromkeys(lives, 0)
    assert lives["cases"] == len(json.loads(demo._CASES.read_text("utf-8"))["cases"]) > 40


def test_history_is_not_told_again(lives):
    """A newcomer's mailbox holds a handful of mails, also after the beat has looked around."""
    waiting = Notice.objects.filter(state=QUEUED).count()

    told = [
        reminders.remind_bodies(),
        progress.say_progress(),
        endings.close_silent(),
        endings.lapse_supplements(),
    ]

    assert 0 < waiting <= 8
    assert told == [0, 0, 0, 0]
    assert Notice.objects.filter(state=QUEUED).count() == waiting
    assert Notice.objects.count() > 100


def test_lives_hold_what_a_desk_holds(lives):
    items = SupplementItem.objects.filter(case__state=workflow.SUPPLEMENT)
    assert {item.is_given for item in items} == {True, False}
    assert SupplementItem.objects.filter(cannot=True).exists()
    assert Mention.objects.filter(seen_at=None).count() == 1
    assert Case.objects.exclude(extension_ask="").count() == 1
    assert Referral.objects.filter(designated=True, case__declines=3).exists()
    assert Case.objects.filter(channel__in=["phone", "visit", "event", "mission"]).count() > 4
    assert Referral.objects.filter(organisation__kind=MISSION).exists()
    assert set(Case.objects.values_list("language", flat=True)) == {"ko", "en"}
    assert StoredFile.objects.ready().count() == StoredFile.objects.count() > 8


def test_partners_desks_hold_what_partners_hold(lives):
    filed = Case.objects.filter(filer_organisation__isnull=False)
    assert set(filed.values_list("proxy", flat=True)) == {"acting", "following", "dismissed"}
    assert filed.filter(keeper__isnull=True).count() == 0
    assert 0 < filed.unconfirmed().count() < filed.count()
    late = [one.is_overdue for one in Promise.objects.open()]
    assert sorted(late) == [False, False, True]
    assert Member.objects.values("organisation").distinct().count() == 2
    assert set(LocalDifficulty.objects.values_list("state", flat=True)) == {"open", "solved"}
    seoul = Membership.objects.filter(user__email="seoul@demo.example")
    assert set(seoul.values_list("organisation__code", flat=True)) == {"EXP-SEO", "EXP-ICN"}


def test_companies_are_marked_as_invented(lives):
    for case in Case.objects.all():
        assert demo.MARK in case.company_name
        assert demo.MARK in case.contact_name
        assert case.contact_email.endswith("@demo.example")


def test_words_of_bodies_that_exist_are_marked_as_invented(lives):
    said = [(one.answer or one.decline_reason) for one in Referral.objects.ended()]
    assert [text for text in said if text and not text.endswith(demo.MARK)] == []
    assert len([text for text in said if text]) > 25
    answers = Case.objects.exclude(answer="").values_list("answer", "language")
    marks = {"ko": "(시연용 답변입니다.)", "en": "(Answer of the demonstration.)"}
    assert [text for text, language in answers if marks[language] not in text] == []


@pytest.mark.parametrize(
    "now",
    [
        dt.datetime(2026, 11, 22, 3, 0, tzinfo=SEOUL),  # Sunday night
        dt.datetime(2026, 11, 23, 8, 0, tzinfo=SEOUL),  # Monday before the office opens
        dt.datetime(2026, 11, 25, 23, 59, tzinfo=SEOUL),
        dt.datetime(2026, 1, 1, 0, 1, tzinfo=SEOUL),  # a holiday
    ],
)
def test_steps_come_one_after_the_other_at_any_hour(now):
    found = demo_past.moments([5, 3, 3, 3, 0, 0], 41, now)

    assert found == sorted(set(found))
    assert found[-1] < now
    assert timezone.localdate(found[0]) < timezone.localdate(found[1])


def test_nothing_of_a_case_stays_behind(lives):
    """Whatever has a time and belongs to a case is moved; what is not is named here."""
    known = {model for model, _path in demo_past._ROWS}
    with_time = {
        model
        for model in apps.get_app_config("intake").get_models()
        if not model._meta.proxy
        and any(isinstance(field, models.DateTimeField) for field in model._meta.concrete_fields)
        and any(
            field.related_model in {Case, *known}
            for field in model._meta.concrete_fields
            if field.is_relation
        )
    }

    left = {model.__name__ for model in with_time - known}
    assert left == {"OneTimeCode", "Draft", "Presence", "LocalDifficulty"}
    case = Case.objects.filter(state=workflow.CLOSED).first()
    before = {row.pk: row.at for row in CaseEvent.objects.filter(case=case)}
    demo_past.shift(case, dt.timedelta(days=2))
    assert {row.pk: row.at + dt.timedelta(days=2) for row in case.events.all()} == before
