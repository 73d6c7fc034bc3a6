"""People, organisations and reference rows at the desk: who may do what, and what is shown."""

import pytest
from django.urls import reverse

from accounts import admin as _accounts_admin
from accounts import demo
from accounts.models import Membership, Organisation, User
from reference import admin as _reference_admin
from reference import loading
from reference.models import Category, Country

REGISTERED = (_accounts_admin, _reference_admin)


@pytest.fixture
def people(loaded, settings):
    """The demonstration accounts stand in for the cast."""
    settings.DEMO = True
    demo.load()
    return {user.email.partition("@")[0]: user for user in User.objects.all()}


@pytest.fixture
def as_(client, people):
    """Sign someone in: `as_("secretary1")`."""

    def sign_in(login):
        client.force_login(people[login])
        return client

    return sign_in


def form_of(response):
    """What a browser would send back unchanged."""
    data = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            widget = bound.field.widget
            if hasattr(widget, "decompress"):
                for suffix, part in zip(
                    widget.widgets_names, widget.decompress(value), strict=True
                ):
                    data[bound.html_name + suffix] = "" if part is None else str(part)
            elif value is not None and value is not False:
                data[bound.html_name] = bound.field.prepare_value(value)
    return data


LISTS = [
    "reference_country",
    "reference_province",
    "reference_hschapter",
    "reference_sector",
    "reference_category",
    "accounts_organisation",
]


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("login", ["secretary1", "auditor", "admin"])
def test_lists_open_for_the_desk(as_, page, login):
    response = as_(login).get(reverse(f"admin:{page}_changelist"))

    assert response.status_code == 200
    assert response.context["cl"].result_count > 16


@pytest.mark.parametrize("login", ["manager", "kbiz", "seoul", "hanoi", "customs"])
def test_lists_stay_shut_for_partners(as_, login):
    response = as_(login).get(reverse("admin:accounts_organisation_changelist"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize(
    ("page", "unverified", "verified"),
    [("accounts_organisation", 65, 44), ("reference_category", 73, 0)],
)
def test_lists_mark_and_filter_what_is_unverified(as_, page, unverified, verified):
    url = reverse(f"admin:{page}_changelist")
    client = as_("secretary1")

    marks = [
        client.get(url, {"verified__exact": value, "all": ""}).content.decode().count('unverified"')
        for value in ("0", "1")
    ]

    assert marks == [unverified, 0]
    assert client.get(url, {"verified__exact": 1}).context["cl"].result_count == verified


def test_saving_protects_a_row_from_the_next_load(as_):
    url = reverse("admin:reference_country_change", args=["VN"])
    client = as_("secretary1")
    data = form_of(client.get(url)) | {"name_ko": "베트남사회주의공화국"}

    response = client.post(url, data)
    loading.load()

    assert response.status_code == 302
    assert Country.objects.get(pk="VN").name_ko == "베트남사회주의공화국"


def test_saving_unchanged_leaves_the_row_to_the_loader(as_):
    url = reverse("admin:reference_country_change", args=["VN"])
    client = as_("secretary1")

    response = client.post(url, form_of(client.get(url)))

    assert response.status_code == 302
    assert Country.objects.get(pk="VN").edited_at is None


def test_marking_as_verified_survives_a_load(as_):
    client = as_("secretary1")
    client.post(
        reverse("admin:reference_category_changelist"),
        {"action": "mark_verified", "_selected_action": ["MKT-01", "MKT-02"]},
    )

    loading.load()

    verified = Category.objects.filter(verified=True).values_list("code", flat=True)
    assert list(verified) == ["MKT-01", "MKT-02"]


def test_auditor_changes_nothing(as_):
    url = reverse("admin:reference_country_change", args=["VN"])
    client = as_("auditor")

    response = client.post(url, {"name_ko": "다른 이름"})

    assert (client.get(url).status_code, response.status_code) == (200, 403)
    assert Country.objects.get(pk="VN").name_ko == "베트남"


def test_category_refuses_a_body_that_does_not_exist(as_):
    url = reverse("admin:reference_category_change", args=["MKT-01"])
    client = as_("secretary1")
    data = form_of(client.get(url)) | {"primary_body": "NOBODY", "support_bodies": "KOTRA, NIX"}

    errors = client.post(url, data).context["adminform"].form.errors

    assert sorted(errors) == ["primary_body", "support_bodies"]
    assert Category.objects.get(pk="MKT-01").primary_body == "KOTRA"


def test_category_takes_bodies_typed_with_commas(as_):
    url = reverse("admin:reference_category_change", args=["MKT-01"])
    client = as_("secretary1")
    data = form_of(client.get(url)) | {"support_bodies": "KITA,MISSION"}

    client.post(url, data)

    assert Category.objects.get(pk="MKT-01").support_bodies == ["KITA", "MISSION"]


@pytest.mark.parametrize("login", ["secretary1", "admin"])
def test_category_is_never_deleted(as_, login):
    url = reverse("admin:reference_category_delete", args=["MKT-01"])

    response = as_(login).post(url, {"post": "yes"})

    assert response.status_code == 403
    assert Category.objects.filter(code="MKT-01").count() == 1


def test_organisation_page_shows_its_people(as_):
    row = Organisation.objects.get(code="KBIZ")

    page = as_("secretary1").get(reverse("admin:accounts_organisation_change", args=[row.pk]))

    text = page.content.decode()
    assert [name in text for name in ("박세찬 「시연」", "최나래 「시연」", "정다온 「시연」")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("code", ["KBIZ", "KITA", "MOTIR"])
def test_organisation_in_use_is_not_deleted(as_, code):
    # A member, a category and a predecessor refer to these three.
    row = Organisation.objects.get(code=code)
    client = as_("admin")

    response = client.post(
        reverse("admin:accounts_organisation_delete", args=[row.pk]), {"post": "yes"}, follow=True
    )

    assert [row.name in str(message) for message in response.context["messages"]] == [True]
    assert Organisation.objects.filter(code=code).count() == 1


def test_organisation_made_by_mistake_is_deleted(as_):
    row = Organisation.objects.create(code="OOPS", name_ko="실수", name_en="Slip", kind="public")

    as_("admin").post(reverse("admin:accounts_organisation_delete", args=[row.pk]), {"post": "yes"})

    assert Organisation.objects.filter(code="OOPS").count() == 0


def test_secretary_cannot_turn_a_body_into_a_secretariat(as_):
    row = Organisation.objects.get(code="KBIZ")
    url = reverse("admin:accounts_organisation_change", args=[row.pk])
    client = as_("secretary1")
    data = form_of(client.get(url)) | {"kind": "secretariat", "phone": "02-000-0000"}

    client.post(url, data)

    row.refresh_from_db()
    assert (row.kind, row.phone) == ("council-assoc", "02-000-0000")


def test_secretary_cannot_make_a_second_secretariat(as_):
    url = reverse("admin:accounts_organisation_add")
    client = as_("secretary1")
    data = form_of(client.get(url)) | {
        "code": "MINE",
        "name_ko": "내 사무국",
        "name_en": "Mine",
        "kind": "secretariat",
    }

    errors = client.post(url, data).context["adminform"].form.errors

    assert sorted(errors) == ["kind"]


@pytest.mark.parametrize("login", ["secretary1", "secretary2"])
def test_secretary_does_not_reach_people(as_, login):
    response = as_(login).get(reverse("admin:accounts_user_changelist"))

    assert response.status_code == 403


def test_auditor_reads_people_but_no_password(as_, people):
    client = as_("auditor")
    url = reverse("admin:accounts_user_change", args=[people["kbiz"].pk])

    page = client.get(url)

    hashed = people["kbiz"].password.rpartition("$")[2]
    assert (page.status_code, hashed in page.content.decode()) == (200, False)
    assert client.post(url, {"name": "x"}).status_code == 403


def test_administrator_makes_a_person_with_a_membership(as_):
    client = as_("admin")
    url = reverse("admin:accounts_user_add")
    data = {
        "email": "New.Person@Demo.Example",
        "name": "새사람",
        "language": "ko",
        "usable_password": "true",
        "password1": "a-long-enough-phrase",
        "password2": "a-long-enough-phrase",
    }

    response = client.post(url, form_of(client.get(url)) | data)
    user = User.objects.get(email="new.person@demo.example")
    page = client.get(response["Location"])
    kbiz = Organisation.objects.get(code="KBIZ")
    client.post(
        response["Location"],
        form_of(page)
        | {
            "memberships-TOTAL_FORMS": "1",
            "memberships-0-organisation": kbiz.pk,
            "memberships-0-role": "officer",
            "memberships-0-started_at_0": "2026-01-02",
            "memberships-0-started_at_1": "09:00:00",
            "memberships-0-user": user.pk,
        },
    )

    assert user.check_password("a-long-enough-phrase")
    assert list(user.memberships.values_list("organisation__code", "role")) == [("KBIZ", "officer")]


def test_administrator_cannot_become_a_secretary(as_, people):
    client = as_("admin")
    url = reverse("admin:accounts_user_change", args=[people["admin"].pk])
    secretariat = Organisation.objects.get(code="SECR")
    data = form_of(client.get(url)) | {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-organisation": secretariat.pk,
        "memberships-0-role": "officer",
        "memberships-0-started_at_0": "2026-01-02",
        "memberships-0-started_at_1": "09:00:00",
    }

    client.post(url, data)

    assert Membership.objects.filter(user=people["admin"]).count() == 0


def test_administrator_cannot_lock_themselves_out(as_, people):
    client = as_("admin")
    url = reverse("admin:accounts_user_change", args=[people["admin"].pk])
    data = form_of(client.get(url)) | {"name": "오마루"}
    for flag in ("is_active", "is_staff", "is_platform_admin"):
        data.pop(flag, None)

    client.post(url, data)

    user = User.objects.get(pk=people["admin"].pk)
    assert (user.name, user.is_active, user.is_staff, user.is_platform_admin) == (
        "오마루",
        True,
        True,
        True,
    )


def test_people_are_never_deleted(as_, people):
    url = reverse("admin:accounts_user_delete", args=[people["kbiz"].pk])

    response = as_("admin").post(url, {"post": "yes"})

    assert response.status_code == 403
