"""Where signing in leads: to the page where each role's work waits."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.intake.conftest import cases, cast, reference_data  # noqa: F401 (fixtures)


@pytest.mark.django_db
def test_each_role_lands_where_its_work_waits(cast, cases):  # noqa: F811
    cases.at("referred")
    landed = {}
    for role in ("secretary", "auditor", "platform_admin", "customs_officer", "manager"):
        browser = Client()
        browser.force_login(getattr(cast, role))
        landed[role] = browser.get(reverse("after-sign-in"))["Location"]

    assert landed == {
        "secretary": reverse("admin:intake_triagecase_changelist"),
        "auditor": reverse("admin:index"),
        "platform_admin": reverse("admin:index"),
        "customs_officer": reverse("intake:body-desk"),
        "manager": reverse("partner:choose"),
    }
