"""Text messages beside the mail: only for who asked, only where something has to be done."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from intake import actions, consents, links
from intake.models import Case
from intake.timeline import COMPANY, submitter
from notifications import channels, gateway
from notifications.models import MAIL, QUEUED, TEXT, Notice
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db
MOBILE = "010-1234-5678"


@pytest.fixture
def on(settings):
    """A gateway is set up; nothing is sent in these tests."""
    settings.TEXT_GATEWAY_URL = "http://127.0.0.1:1/messages"
    gateway.register()
    yield
    channels.forget(TEXT)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def with_mobile(case):
    Case.objects.filter(pk=case.pk).update(contact_phone=MOBILE)
    return fresh(case)


def texts(case):
    rows = Notice.objects.filter(subject_key=case.number, channel=TEXT).order_by("pk")
    return [(row.kind, row.to_address, row.thread, row.recipient_id) for row in rows]


def company(case):
    """A browser that opened the case by the link of a mail."""
    client = Client()
    client.post(links.follow_path(case))
    return client


def page(client, case):
    return client.get(reverse("intake:case", args=[case.number]))


def test_text_goes_beside_the_mail_of_who_asked(cases, on):
    case = with_mobile(cases.at("reviewing"))
    actions.choose_texts(case=case, wanted=True, by=COMPANY)

    actions.answer(case=fresh(case), text="Use form 7.", by=cases.by)

    kinds = Notice.objects.filter(subject_key=case.number, kind="answer", channel=MAIL).count()
    assert texts(case) == [("answer", "+821012345678", case.number, None)]
    assert kinds == 1


def test_nobody_who_did_not_ask_gets_a_text(cases, on):
    case = with_mobile(cases.at("reviewing"))

    actions.answer(case=case, text="Use form 7.", by=cases.by)

    assert texts(case) == []


def test_without_a_gateway_no_row_is_written(cases, on, settings):
    case = with_mobile(cases.at("reviewing"))
    actions.choose_texts(case=case, wanted=True, by=COMPANY)
    settings.TEXT_GATEWAY_URL = ""

    actions.answer(case=fresh(case), text="Use form 7.", by=cases.by)

    assert texts(case) == []


def test_kind_without_short_words_goes_by_mail_alone(cases, on):
    case = with_mobile(cases.at("reviewing"))
    actions.choose_texts(case=case, wanted=True, by=COMPANY)

    actions.send_message(case=fresh(case), text="Good morning.", by=cases.by)

    assert texts(case) == []


def test_border_case_is_told_at_once_at_night(cases, on, monkeypatch):
    case = with_mobile(cases.at("reviewing"))
    actions.choose_texts(case=case, wanted=True, by=COMPANY)
    Case.objects.filter(pk=case.pk).update(at_border=True)

    actions.answer(case=fresh(case), text="Use form 7.", by=cases.by)

    row = Notice.objects.get(subject_key=case.number, channel=TEXT)
    assert (row.urgent, row.state) == (True, QUEUED)


def test_choice_leaves_the_officers_form_as_it_is_and_stands_in_the_story(cases, on):
    case = with_mobile(cases.at("reviewing"))
    seen = fresh(case)

    actions.choose_texts(case=case, wanted=True, by=COMPANY)
    actions.answer(case=seen, text="Use form 7.", by=cases.by)

    event = case.events.get(verb="choose_texts")
    assert (event.audience, event.facts, fresh(case).state) == (
        "submitter",
        {"wanted": True},
        "answered",
    )


def test_same_choice_twice_is_written_once(cases, on):
    case = with_mobile(cases.at("reviewing"))

    events = [actions.choose_texts(case=case, wanted=True, by=COMPANY) for _turn in range(2)]

    assert (events[0].verb, events[1]) == ("choose_texts", None)


def test_choice_ends_text_messages(cases, on):
    case = with_mobile(cases.at("reviewing"))
    for wanted in (True, False):
        actions.choose_texts(case=fresh(case), wanted=wanted, by=COMPANY)

    actions.answer(case=fresh(case), text="Use form 7.", by=cases.by)

    assert texts(case) == []


def test_desk_phone_takes_no_texts(cases, on):
    case = cases.at("reviewing")
    Case.objects.filter(pk=case.pk).update(contact_phone="02-123-4567")

    with pytest.raises(actions.RefusedError):
        actions.choose_texts(case=fresh(case), wanted=True, by=COMPANY)

    assert fresh(case).by_text is False


def test_company_asks_on_its_page_and_may_end_it(cases, on):
    case = with_mobile(cases.at("reviewing"))
    client = company(case)
    address = reverse("intake:texts", args=[case.number])
    found = []

    for wanted in ("1", "0"):
        found.append(address in page(client, case).content.decode())
        client.post(address, {"choose_texts-wanted": wanted})
        found.append(fresh(case).by_text)

    assert found == [True, True, True, False]


def test_page_offers_nothing_where_no_text_arrives(cases, on, settings):
    case = with_mobile(cases.at("reviewing"))
    client = company(case)
    offered = ["choose_texts" in page(client, case).context["steps"]]

    Case.objects.filter(pk=case.pk).update(contact_phone="02-123-4567")
    offered.append("choose_texts" in page(client, case).context["steps"])
    with_mobile(case)
    settings.TEXT_GATEWAY_URL = ""
    offered.append("choose_texts" in page(client, case).context["steps"])

    assert offered == [True, False, False]


def test_stranger_cannot_choose(cases, on):
    case = with_mobile(cases.at("reviewing"))

    answer = Client().post(
        reverse("intake:texts", args=[case.number]), {"choose_texts-wanted": "1"}
    )

    assert (answer.status_code, fresh(case).by_text) == (404, False)


# --- On the page on which a company confirms ----------------------------------------------
def yes(**changes):
    said = {f"consent_{text.kind}": "yes" for text in consents.CONSENTS}
    return {"step": "send", "visibility": "named", **said, **changes}


@pytest.fixture
def filed(cast):
    """A case that an officer of an association filed for a company."""

    def make(phone):
        by = submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))
        return actions.submit(filing=filing(contact_phone=phone), by=by)[0]

    return make


def test_company_asks_for_texts_while_it_confirms(filed, on, client):
    case = filed(MOBILE)

    client.post(links.confirm_path(case), yes(texts="yes"))

    verbs = list(case.events.values_list("verb", flat=True))
    assert (fresh(case).by_text, verbs[-2:]) == (True, ["confirm", "choose_texts"])


def test_confirmation_without_a_word_on_texts_asks_for_none(filed, on, client):
    case = filed(MOBILE)

    client.post(links.confirm_path(case), yes())

    assert (fresh(case).confirmed_at is not None, fresh(case).by_text) == (True, False)


def test_confirmation_says_that_a_desk_phone_takes_no_texts(filed, on, client):
    case = filed("02-123-4567")

    answer = client.post(links.confirm_path(case), yes(texts="yes"))
    kept = client.get(links.confirm_path(case)).context["form"].text_field().value()

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["texts"])
    assert (fresh(case).confirmed_at, kept) == (None, "yes")


def test_corrected_phone_counts(filed, on, client):
    case = filed("02-123-4567")

    client.post(links.confirm_path(case), yes(texts="yes", contact_phone=MOBILE))

    assert (fresh(case).by_text, fresh(case).contact_phone) == (True, MOBILE)


def test_page_without_a_gateway_does_not_ask(filed, client):
    case = filed(MOBILE)

    form = client.get(links.confirm_path(case)).context["form"]
    client.post(links.confirm_path(case), yes(texts="yes"))

    assert (form.text_field(), fresh(case).by_text) == (None, False)


def test_company_sees_its_texts_among_what_was_sent(cases, on):
    case = with_mobile(cases.at("reviewing"))
    actions.choose_texts(case=case, wanted=True, by=COMPANY)
    actions.answer(case=fresh(case), text="Use form 7.", by=cases.by)

    shown = [notice for _words, notice, _standing in page(company(case), case).context["notices"]]

    assert [row.masked_address for row in shown if row.channel == TEXT] == ["*********5678"]
