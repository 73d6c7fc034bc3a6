"""The log of lists that were taken away: what it keeps, and who may read it."""

import pytest
from django.urls import reverse

from accounts.models import MANAGER, Membership
from privacy import downloads
from privacy.models import Download, Reading
from tests.intake.conftest import *  # noqa: F403 # the fixed cast

pytestmark = pytest.mark.django_db
ADDRESS = "admin:privacy_download_changelist"


@pytest.fixture
def head(cast):
    """A manager of the secretariat."""
    Membership.objects.filter(user=cast.second_secretary).update(role=MANAGER)
    return cast.second_secretary


def taken(by, **changes):
    facts = {
        "by": by,
        "organisation": "KBIZ",
        "what": "cases",
        "query": "state=received",
        "kind": "xlsx",
        "rows": 3,
        "reason": "이사회  보고",
    }
    return downloads.record(**facts | changes)


def test_download_is_kept_with_who_what_how_much_and_why(cast):
    row = taken(cast.association_officer, query="q=" + "가" * 2000)

    kept = Download.objects.get()
    assert (kept.pk, kept.user, kept.organisation, kept.what, kept.format, kept.rows) == (
        row.pk,
        cast.association_officer,
        "KBIZ",
        "cases",
        "xlsx",
        3,
    )
    assert (kept.reason, len(kept.query)) == ("이사회 보고", 1000)


@pytest.mark.parametrize("reason", ["", "    ", "1234", " 1 2 "])
def test_nothing_is_taken_without_a_reason(cast, reason):
    with pytest.raises(ValueError, match="reason"):
        taken(cast.association_officer, reason=reason)

    assert not Download.objects.exists()


def test_auditor_and_secretariat_managers_read_the_log_and_nobody_changes_it(client, cast, head):
    row = taken(cast.association_officer)
    page = reverse("admin:privacy_download_change", args=[row.pk])

    for reader in (cast.auditor, head):
        client.force_login(reader)
        assert (client.get(reverse(ADDRESS)).status_code, reader) == (200, reader)
        assert "이사회 보고" in client.get(page).content.decode()
        assert client.post(page, {"reason": "다른 이유"}).status_code == 403
        assert client.get(reverse("admin:privacy_download_add")).status_code == 403
        delete = reverse("admin:privacy_download_delete", args=[row.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403

    for outsider in (cast.secretary, cast.manager, cast.platform_admin):
        client.force_login(outsider)
        assert (client.get(reverse(ADDRESS)).status_code, outsider) != (200, outsider)
    assert Download.objects.get().reason == "이사회 보고"


def test_auditor_alone_reads_who_read(client, cast, head):
    Reading.objects.create(subject="GT-2026-000001-9", day="2026-11-01", way="desk")
    address = reverse("admin:privacy_reading_changelist")

    client.force_login(cast.auditor)
    assert "GT-2026-000001-9" in client.get(address).content.decode()
    client.force_login(head)
    assert client.get(address).status_code == 403
