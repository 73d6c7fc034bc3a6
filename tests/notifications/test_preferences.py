"""A person chooses how to be told; what waits already follows a quicker rhythm at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from notifications import preferences
from notifications.models import HELD, QUEUED, Notice
from notifications.models.preference import AT_ONCE, DAILY, WEEKLY, Preference
from tests.intake.conftest import cast, reference_data  # noqa: F401 (fixtures)
from tests.notifications.readers import a_clock, person, seoul, tell, wants  # noqa: F401

pytestmark = pytest.mark.django_db
PAGE = "/my-notices/"


def chosen(user: User) -> dict[str, str]:
    """What stands in the table."""
    return dict(Preference.objects.filter(user=user).values_list("topic", "rhythm"))


# --- The verb ---------------------------------------------------------------------------------
def test_choice_is_kept_and_said_again(clock):
    reader, other = person(), person("other")

    for rhythm in (DAILY, WEEKLY, WEEKLY):
        preferences.choose(reader, rhythms={"cases": rhythm}, by=reader)

    assert (chosen(reader), chosen(other)) == ({"cases": WEEKLY}, {})


def test_back_to_at_once_lets_go_what_waits(clock):
    reader, other = person(), person("other")
    for one in (reader, other):
        wants(one, DAILY)
    rows = [tell(reader), tell(reader, "referral_overdue"), tell(other)]

    preferences.choose(reader, rhythms={"cases": AT_ONCE}, by=reader)

    assert list(
        Notice.objects.filter(pk__in=[row.pk for row in rows])
        .order_by("pk")
        .values_list("state", "rhythm")
    ) == [(QUEUED, ""), (HELD, DAILY), (HELD, DAILY)]


def test_back_to_at_once_at_night_wakes_nobody(clock):
    reader = person()
    wants(reader, WEEKLY)
    row = tell(reader, "referral_overdue")
    clock.at("2026-12-02 23:00")

    preferences.choose(reader, rhythms={"reminders": AT_ONCE}, by=reader)

    row.refresh_from_db()
    assert (row.state, row.rhythm, row.held_until) == (HELD, "", seoul("2026-12-03 08:00"))


def test_quicker_rhythm_takes_along_what_waits_and_a_slower_one_does_not(clock):
    quicker, slower = person("quicker"), person("slower")
    wants(quicker, WEEKLY)
    wants(slower, DAILY)
    rows = [tell(quicker), tell(slower)]

    preferences.choose(quicker, rhythms={"cases": DAILY}, by=quicker)
    preferences.choose(slower, rhythms={"cases": WEEKLY}, by=slower)

    for row in rows:
        row.refresh_from_db()
    assert [(row.rhythm, row.held_until) for row in rows] == [
        (DAILY, seoul("2026-12-03 09:00")),
        (DAILY, seoul("2026-12-03 09:00")),
    ]
    assert tell(slower).held_until == seoul("2026-12-07 09:00")


@pytest.mark.parametrize(
    "wish",
    [
        {"rhythms": {"weather": DAILY}},
        {"rhythms": {"cases": "never"}},
        {"rhythms": {}, "language": "fr"},
    ],
)
def test_what_is_no_choice_is_refused(wish):
    reader = person()

    with pytest.raises(preferences.NoChoiceError):
        preferences.choose(reader, by=reader, **wish)


# --- Who is asked what ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("secretary", ("cases", "reminders")),
        ("association_officer", ("cases", "reminders")),
        ("customs_officer", ("cases", "reminders")),
        ("auditor", ()),
        ("platform_admin", ()),
    ],
)
def test_person_is_asked_about_what_they_get(cast, who, expected):  # noqa: F811
    topics = preferences.topics_of(getattr(cast, who))

    assert tuple(topic for topic in topics if topic in ("cases", "questions", "reminders")) == (
        expected
    )


def test_topics_have_words():
    assert set(preferences.TOPIC_LABELS) == set(preferences.catalog.TOPICS)


# --- The page ---------------------------------------------------------------------------------
def typed(user: User) -> dict[str, str]:
    """The form as it stands."""
    return {f"topic_{topic}": AT_ONCE for topic in preferences.topics_of(user)} | {"language": "ko"}


def test_page_chooses_for_the_person_who_is_signed_in(client, cast):  # noqa: F811
    officer = cast.secretary
    client.force_login(officer)

    wish = typed(officer) | {"topic_cases": WEEKLY, "topic_reminders": DAILY, "language": "en"}
    answer = client.post(PAGE, wish, follow=True)

    officer.refresh_from_db()
    assert answer.redirect_chain == [(PAGE, 302)]
    assert (chosen(officer), officer.language) == ({"cases": WEEKLY, "reminders": DAILY}, "en")
    form = answer.context["form"]
    assert [form[f"topic_{topic}"].value() for topic in form.topics[:2]] == [WEEKLY, DAILY]


def test_page_says_what_is_wrong_and_keeps_the_rest(client, cast):  # noqa: F811
    client.force_login(cast.secretary)

    answer = client.post(PAGE, typed(cast.secretary) | {"topic_cases": "never"})

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"topic_cases"})
    assert chosen(cast.secretary) == {}


def test_page_is_reached_from_every_desk(client, cast):  # noqa: F811
    pages = {
        cast.association_officer: "/partner/KBIZ/start/",
        cast.mission_officer: "/partner/MIS-HAN/start/",
        cast.customs_officer: "/body/",
        cast.secretary: "/admin/",
        cast.platform_admin: "/admin/",
    }
    lacking = []

    for who, page in pages.items():
        client.force_login(who)
        inbox = client.get(page, follow=True).content.decode()
        if f'href="{reverse("inbox:list")}"' not in inbox:
            lacking.append(page)

    assert lacking == []
    assert f'href="{PAGE}"' in client.get(reverse("inbox:list")).content.decode()
    assert f'href="{PAGE}"' in client.get("/admin/").content.decode()
    assert f'href="{PAGE}"' in client.get("/my-sign-in/").content.decode()


def test_page_of_somebody_for_whom_nothing_waits_offers_the_language_alone(client):
    client.force_login(person(), method="code")

    answer = client.get(PAGE)

    topics = answer.context["form"].topics
    assert (answer.status_code, "cases" in topics, "reminders" in topics) == (200, False, False)


def test_stranger_is_led_to_sign_in(client):
    answer = client.get(PAGE)

    assert answer["Location"].startswith("/sign-in/")
