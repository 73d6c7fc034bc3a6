"""The library at the desk: only the secretariat writes, and only through the verbs."""

import pytest
from django.urls import reverse

from marketinfo import actions
from marketinfo.models import Article

FORM = {
    "title": "베트남 통관 안내",
    "reference": "vn-customs",
    "kind": "procedure",
    "language": "ko",
    "summary": "요약",
    "body": "수출통관이 막혔을 때",
    "country": "VN",
    "category": "",
    "hs_codes": "33, 3304.99",
    "last_verified": "2026-11-02",
    "next_check": "2027-05-02",
}


@pytest.mark.parametrize(
    ("role", "answers"),
    [
        ("secretary", [200, 200]),
        ("auditor", [200, 403]),
        ("outsider", [403, 403]),
        ("admin", [403, 403]),
    ],
)
@pytest.mark.parametrize("model", ["article", "requirement"])
def test_desk_is_open_to_whom_the_table_names(client, people, role, answers, model):
    client.force_login(getattr(people, role))
    names = [f"admin:marketinfo_{model}_{page}" for page in ("changelist", "add")]

    assert [client.get(reverse(name)).status_code for name in names] == answers


def test_entry_is_written_published_and_found(client, places, people):
    client.force_login(people.secretary)
    listing = reverse("admin:marketinfo_article_changelist")

    client.post(reverse("admin:marketinfo_article_add"), FORM)
    entry = Article.objects.get()
    client.post(listing, {"action": "submit", "_selected_action": [entry.pk]})
    client.post(listing, {"action": "publish", "_selected_action": [entry.pk]})
    alone = Article.objects.get().state
    client.force_login(people.colleague)
    client.post(listing, {"action": "publish", "_selected_action": [entry.pk]})
    entry.refresh_from_db()
    rows = client.get(listing, {"q": "통관이"}).context["cl"].result_list

    assert (entry.hs_list, alone, entry.is_published) == (["33", "330499"], "review", True)
    assert (entry.submitted_by, entry.published_by) == (people.secretary, people.colleague)
    assert list(rows) == [entry]


def test_change_goes_through_the_verb(client, write, people):
    entry = write(title="옛 제목", reference="vn-customs", out=False)
    client.force_login(people.secretary)

    client.post(reverse("admin:marketinfo_article_change", args=[entry.pk]), FORM)

    assert [found.title for found in Article.objects.search("베트남 통관")] == [FORM["title"]]


def test_publish_names_what_it_could_not_do(client, write, people):
    entry = actions.submit(write(out=False, last_verified=None), by=people.colleague)
    client.force_login(people.secretary)

    response = client.post(
        reverse("admin:marketinfo_article_changelist"),
        {"action": "publish", "_selected_action": [entry.pk]},
        follow=True,
    )

    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_form_says_what_is_wrong(client, places, people):
    client.force_login(people.secretary)
    wrong = FORM | {"hs_codes": "33 1", "kind": "x", "next_check": "2026-11-02"}

    form = client.post(reverse("admin:marketinfo_article_add"), wrong).context["adminform"].form

    assert sorted(form.errors) == ["hs_codes", "kind", "next_check"]


def test_bulk_deletion_is_not_offered(client, write, people):
    write(out=False)
    client.force_login(people.secretary)

    response = client.get(reverse("admin:marketinfo_article_changelist"))

    offered = [name for name, _label in response.context["action_form"].fields["action"].choices]
    assert offered == ["", "submit", "publish", "unpublish"]


@pytest.mark.parametrize("word", ["feed", "countries", "requirements"])
def test_address_of_another_page_is_not_given_away(client, places, people, word):
    client.force_login(people.secretary)

    page = client.post(reverse("admin:marketinfo_article_add"), FORM | {"reference": word})

    assert list(page.context["adminform"].form.errors) == ["reference"]
