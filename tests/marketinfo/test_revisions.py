"""Revisions and proposed changes: nothing is lost, nobody changes alone what readers see."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from marketinfo import actions, changes
from marketinfo.facts import facts_of
from marketinfo.models import Article, EntryProposal, EntryRevision, Requirement
from reference.models import Country
from tests.marketinfo.test_desk import FORM


def saved(entry, by, **facts):
    for name, value in facts.items():
        setattr(entry, name, value)
    return actions.save(entry, by=by, fields=list(facts))


def desk(page, entry, *more):
    return reverse(f"admin:marketinfo_{entry._meta.model_name}_{page}", args=[entry.pk, *more])


def test_restore_is_a_new_revision(write, people):
    entry = write(out=False, title="처음", body="가")
    saved(entry, people.secretary, title="나중", body="나")

    actions.restore(entry, number=1, by=people.colleague)

    stands = Article.objects.get()
    assert (stands.title, stands.body, stands.version) == ("처음", "가", 3)
    assert EntryRevision.objects.of(entry).count() == 3
    assert list(Article.objects.search("처음")) == [entry]


def test_restore_brings_back_dates_and_foreign_keys(write, people):
    entry = write(Requirement, out=False, country_id="VN")
    was = facts_of(entry)
    saved(entry, people.secretary, country=Country.objects.get(pk="US"), last_verified=None)

    actions.restore(Requirement.objects.get(), number=1, by=people.colleague)

    assert facts_of(Requirement.objects.get()) == was


def test_entry_older_than_its_revisions_keeps_what_it_said(write, people):
    entry = write(out=False, title="처음")
    EntryRevision.objects.all().delete()

    saved(entry, people.secretary, title="나중")

    kept = EntryRevision.objects.of(entry).order_by("number")
    assert [(row.verb, row.facts["title"]) for row in kept] == [
        ("before", "처음"),
        ("write", "나중"),
    ]


def test_one_person_does_not_change_what_readers_see(write, people):
    entry = write(title="공개된 글")

    with pytest.raises(actions.RefusedError):
        saved(entry, people.secretary, title="혼자 고친 글")

    assert Article.objects.get().title == "공개된 글"


def test_one_person_says_that_facts_were_checked(write, people):
    entry = write(next_check=None)

    saved(entry, people.secretary, next_check="2027-01-01")

    assert str(Article.objects.get().next_check) == "2027-01-01"


@pytest.fixture
def proposal(write, people):
    """A published article and a change of it that waits."""
    entry = write(title="공개된 글")
    facts = facts_of(entry) | {"title": "더 나은 글"}
    return entry, actions.propose(entry, facts=facts, by=people.secretary)


def test_proposed_change_waits_for_another_person(proposal, people, monkeypatch):
    entry, waiting = proposal
    heard = []
    monkeypatch.setattr(changes, "_listeners", [heard.append])

    with pytest.raises(actions.RefusedError):
        actions.accept(entry, proposal=waiting, by=people.secretary)
    before = Article.objects.get().title
    actions.accept(entry, proposal=waiting, by=people.colleague)

    assert (before, Article.objects.get().title) == ("공개된 글", "더 나은 글")
    assert list(Article.objects.search("나은")) == [entry]
    assert [(change.what, change.names) for change in heard] == [("change", ["title"])]


def test_database_refuses_acceptance_by_who_proposed(proposal, people):
    _entry, waiting = proposal

    with pytest.raises(IntegrityError), transaction.atomic():
        EntryProposal.objects.update(
            accepted=True, settled_at=waiting.at, settled_by=people.secretary
        )


def test_second_proposal_waits_and_own_one_is_written_over(proposal, people):
    entry, _waiting = proposal

    with pytest.raises(actions.RefusedError):
        actions.propose(entry, facts=facts_of(entry) | {"title": "다른 글"}, by=people.colleague)
    actions.propose(entry, facts=facts_of(entry) | {"title": "다시 쓴 글"}, by=people.secretary)

    assert EntryProposal.objects.get().facts["title"] == "다시 쓴 글"


def test_proposal_of_an_older_text_is_not_accepted(proposal, people):
    entry, waiting = proposal
    saved(entry, people.colleague, next_check="2027-01-01")

    with pytest.raises(actions.OvertakenError):
        actions.accept(Article.objects.get(), proposal=waiting, by=people.colleague)

    assert EntryProposal.objects.filter(settled_at__isnull=True).count() == 1


def test_declined_change_says_why(proposal, people):
    entry, waiting = proposal

    actions.decline(entry, proposal=waiting, answer="출처가 다릅니다.", by=people.colleague)

    assert actions.open_proposal(entry) is None
    assert EntryProposal.objects.get().answer == "출처가 다릅니다."


# --- At the desk ---------------------------------------------------------------------------------
def test_form_of_a_published_entry_proposes(client, write, people):
    entry = write(title="옛 제목", reference="vn-customs")
    client.force_login(people.secretary)

    said = client.post(desk("change", entry), FORM | {"seen": entry.version})
    page = client.get(said["Location"]).content.decode()
    mine = client.get(desk("change", entry)).content.decode()
    client.force_login(people.colleague)
    client.post(desk("proposal", entry), {"accept": "yes"})

    assert said["Location"] == desk("proposal", entry)
    assert "<del>" in page
    assert "<ins>" in page
    assert f'value="{FORM["title"]}"' in mine
    assert Article.objects.get().title == FORM["title"]


def test_dates_of_the_check_take_effect_at_once(client, write, people):
    entry = write(title=FORM["title"], reference="vn-customs")
    same = facts_of(entry)
    client.force_login(people.secretary)
    typed = FORM | {"summary": same["summary"], "body": same["body"], "country": "", "hs_codes": ""}

    client.post(desk("change", entry), typed | {"seen": entry.version})

    stands = Article.objects.get()
    assert (str(stands.last_verified), str(stands.next_check)) == ("2026-11-02", "2027-05-02")
    assert EntryProposal.objects.count() == 0


def test_form_of_an_older_page_writes_nothing_and_keeps_the_words(client, write, people):
    entry = write(out=False, title="처음", reference="vn-customs")
    saved(entry, people.colleague, title="그사이")
    client.force_login(people.secretary)

    page = client.post(desk("change", entry), FORM | {"seen": 1})
    again = client.post(desk("change", entry), FORM | {"seen": 2})

    form = page.context["adminform"].form
    assert len(form.non_field_errors()) == 1
    assert form["title"].value() == FORM["title"]
    assert form["seen"].value() == "2"
    assert again.status_code == 302
    assert Article.objects.get().title == FORM["title"]


def test_difference_is_shown_word_by_word(client, write, people):
    entry = write(out=False, summary="수수료는 만 원입니다")
    saved(entry, people.secretary, summary="수수료는 이만 원입니다")
    client.force_login(people.auditor)

    page = client.get(desk("revisions", entry), {"from": 1, "to": 2}).content.decode()

    assert "</span>만<span" in page
    assert "</span>이만<span" in page
    assert "되돌리기" not in page


def test_restore_at_the_desk(client, write, people):
    entry = write(out=False, title="처음")
    saved(entry, people.secretary, title="나중")
    client.force_login(people.secretary)

    refused = client.get(desk("restore", entry, 1)).status_code
    client.post(desk("restore", entry, 1))

    assert (refused, Article.objects.get().title) == (405, "처음")


@pytest.mark.parametrize(
    ("step", "said", "state"),
    [
        ("submit", {}, "review"),
        ("withdraw", {"reason": "오류"}, "draft"),
        ("publish", {}, "draft"),
    ],
)
def test_steps_start_where_the_table_says(client, write, people, step, said, state):
    entry = write(out=False)
    client.force_login(people.secretary)

    client.post(desk("step", entry, step), said)

    assert Article.objects.get().state == state


def test_step_of_scheduling_takes_seoul_time(client, write, people):
    entry = actions.submit(write(out=False), by=people.secretary)
    client.force_login(people.colleague)

    past = client.post(desk("step", entry, "publish"), {"at": "2020-01-01T09:00"})
    client.post(desk("step", entry, "publish"), {"at": "2099-01-01T09:00"})

    stands = Article.objects.get()
    assert past.status_code == 422
    assert (stands.state, stands.publish_at.isoformat()) == (
        "scheduled",
        "2099-01-01T00:00:00+00:00",
    )


@pytest.mark.parametrize("role", ["auditor", "outsider", "admin"])
def test_only_the_secretariat_takes_steps(client, write, people, role):
    entry = write(out=False)
    client.force_login(getattr(people, role))

    answers = [
        client.post(desk("step", entry, "submit")).status_code,
        client.post(desk("restore", entry, 1)).status_code,
        client.post(desk("proposal", entry), {"accept": "yes"}).status_code,
        client.post(desk("files", entry), {"what": "picture"}).status_code,
    ]

    assert answers == [403] * 4
    assert Article.objects.get().state == "draft"


def test_preview_shows_what_readers_would_see(client, write, people):
    client.force_login(people.secretary)
    address = reverse("admin:marketinfo_article_preview")

    alone = client.post(address, {"text": "**굵게** <script>x</script>"}).content.decode()
    page = client.post(address, {"preview": "body", "body": "## 제목"}).content.decode()

    assert alone.strip() == "<p><strong>굵게</strong> &lt;script&gt;x&lt;/script&gt;</p>"
    assert "<h3" in page
    assert client.get(address).status_code == 405
