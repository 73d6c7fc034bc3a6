"""The pages of webhooks: for managers of the organisation alone, a secret shown once, a log."""

import pytest
from django.test import Client

from notifications.hooks import delivering, events, signing
from notifications.models import ENDED, QUEUED, SENT, Hook, HookDelivery, Notice
from tests.intake.conftest import cast, reference_data  # noqa: F401 (fixtures)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "https://hooks.example.kr/in"
LIST = "/partner/KBIZ/hooks/"


@pytest.fixture
def manager(cast) -> Client:  # noqa: F811
    """A manager of KBIZ who has signed in."""
    browser = Client()
    browser.force_login(cast.manager)
    return browser


@pytest.fixture
def hook(cast) -> Hook:  # noqa: F811
    """A hook of KBIZ."""
    return Hook.objects.create(
        owner="KBIZ",
        url=URL,
        families=[family.name for family in events.families()],
        created_by=cast.manager,
    )


def log(hook: Hook, count: int, **facts) -> None:
    """So many rows in the log."""
    HookDelivery.objects.bulk_create(
        HookDelivery(hook=hook, event="case.answer", subject=f"GT-{n}", payload={}, **facts)
        for n in range(count)
    )


def test_secret_is_shown_once_when_a_system_is_connected(manager):
    response = manager.post(LIST, {"url": URL, "families": ["receipt", "answer"]})

    hook = Hook.objects.get()
    secret = signing.secret(hook)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert secret in response.text
    assert (hook.owner, hook.families) == ("KBIZ", ["receipt", "answer"])
    assert secret not in manager.get(f"{LIST}{hook.pk}/").text


@pytest.mark.parametrize(
    "typed",
    [
        {"url": "http://hooks.example.kr/", "families": ["answer"]},
        {"url": "https://10.0.0.1/", "families": ["answer"]},
        {"url": URL, "families": []},
        {"url": URL, "families": ["nothing"]},
        {},
    ],
)
def test_what_cannot_be_connected_is_said_beside_the_form(manager, typed):
    response = manager.post(LIST, typed)

    assert (response.status_code, Hook.objects.count()) == (422, 0)
    assert response.context["form"].errors


def test_officers_and_other_organisations_find_nothing(cast, hook):  # noqa: F811
    browser = Client()
    browser.force_login(cast.association_officer)
    found = [browser.get(LIST).status_code, browser.get(f"{LIST}{hook.pk}/").status_code]
    found.append(browser.post(f"{LIST}{hook.pk}/end/").status_code)

    assert found == [404, 404, 404]
    assert "hooks/" not in browser.get("/partner/KBIZ/start/").text


def test_hook_of_another_organisation_is_not_there(manager, hook):
    Hook.objects.update(owner="INNOBIZ")

    steps = [manager.post(f"{LIST}{hook.pk}/{step}/") for step in ("test", "pause", "secret")]

    assert [response.status_code for response in steps] == [404, 404, 404]
    assert manager.get(f"{LIST}{hook.pk}/").status_code == 404


def test_delivery_of_another_hook_is_not_sent_again(manager, hook):
    other = Hook.objects.create(owner="INNOBIZ", url=URL, families=[], created_by=hook.created_by)
    log(other, 1, state="failed")

    response = manager.post(f"{LIST}{hook.pk}/{HookDelivery.objects.get().pk}/again/")

    assert (response.status_code, HookDelivery.objects.get().state) == (404, "failed")


def test_manager_takes_every_step(manager, hook):
    page = f"{LIST}{hook.pk}/"
    states = []

    for step in ("test", "pause", "resume", "end", "resume"):
        assert manager.post(f"{page}{step}/")["Location"] == page
        hook.refresh_from_db()
        states.append(hook.state)

    assert states == ["active", "paused", "active", ENDED, ENDED]
    assert HookDelivery.objects.get().event == "hook.test"
    assert manager.get(page).status_code == 200


def test_new_secret_is_another_one(manager, hook):
    before = signing.secret(hook)

    response = manager.post(f"{LIST}{hook.pk}/secret/")

    hook.refresh_from_db()
    assert signing.secret(hook) in response.text
    assert before not in response.text
    assert hook.old_until is not None


def test_failed_event_is_sent_again(manager, hook):
    log(hook, 1, state="failed")
    row = HookDelivery.objects.get()

    manager.post(f"{LIST}{hook.pk}/{row.pk}/again/")

    row.refresh_from_db()
    assert (row.state, row.again_by) == (QUEUED, hook.created_by)


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_log_costs_the_same_however_long_it_is(manager, hook, count, django_assert_max_num_queries):
    log(hook, count)

    with django_assert_max_num_queries(12):
        response = manager.get(f"{LIST}{hook.pk}/")

    assert response.text.count("<code>case.answer</code>") == min(count, 50)


def test_log_goes_on_with_older_ones(manager, hook):
    log(hook, 70)
    first = manager.get(f"{LIST}{hook.pk}/")

    older = manager.get(f"{LIST}{hook.pk}/?before={first.context['older']}")
    nonsense = manager.get(f"{LIST}{hook.pk}/?before=x%00")

    assert older.text.count("<code>case.answer</code>") == 20
    assert nonsense.status_code in (200, 400)


def test_hostile_answer_is_shown_as_text(manager, hook):
    log(hook, 1, answer="<script>alert(1)</script>", status=500)

    page = manager.get(f"{LIST}{hook.pk}/").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_managers_are_told_that_it_was_switched_off(cast, hook):  # noqa: F811
    delivering.disable(hook, "failures")

    notice = Notice.objects.get(kind="hook_disabled")
    assert (notice.recipient, notice.context["host"]) == (cast.manager, "hooks.example.kr")
    assert notice.context["link"] == f"{LIST}{hook.pk}/"


def test_desk_reads_hooks_without_what_makes_their_secret(cast, hook):  # noqa: F811
    log(hook, 1, state=SENT, sent_at=hook.created_at)
    browser = Client()
    browser.force_login(cast.platform_admin)
    row = HookDelivery.objects.get()

    paths = ("hook/", f"hook/{hook.pk}/change/", "hookdelivery/", f"hookdelivery/{row.pk}/change/")
    pages = [browser.get(f"/admin/notifications/{path}") for path in paths]

    assert [page.status_code for page in pages] == [200] * 4
    assert [page for page in pages if hook.salt in page.text] == []
    assert browser.get("/admin/notifications/hook/add/").status_code == 403
