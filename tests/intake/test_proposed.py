"""Bodies proposed to the officer: an edited organisation is felt at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from intake import proposals
from reference import cached


@pytest.mark.django_db
def test_organisation_edited_in_the_admin_is_proposed_by_its_new_name_at_once(cast, cases):
    case = cases.at("reviewing")
    before = [row.name for row in proposals.for_case(case, "en")]
    row = Organisation.objects.get(code="KCS")
    client = Client()
    client.force_login(cast.platform_admin)
    where = reverse("admin:accounts_organisation_change", args=[row.pk])
    form = client.get(where).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value is None else value for name, value in typed.items()}

    answer = client.post(
        where,
        typed
        | {"name_en": "Customs of Tomorrow"}
        | {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0},
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert "Korea Customs Service" in before
    assert "Customs of Tomorrow" in [found.name for found in proposals.for_case(case, "en")]


@pytest.mark.django_db
def test_change_behind_the_admins_back_waits_for_the_cache(cases):
    """The control: without the hook the old name stays."""
    case = cases.at("reviewing")
    proposals.for_case(case, "en")

    Organisation.objects.filter(code="KCS").update(name_en="Customs of Tomorrow")
    stale = [row.name for row in proposals.for_case(case, "en")]
    cached.clear()
    fresh = [row.name for row in proposals.for_case(case, "en")]

    assert "Customs of Tomorrow" not in stale
    assert "Customs of Tomorrow" in fresh
