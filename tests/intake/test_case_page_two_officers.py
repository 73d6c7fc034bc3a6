"""Two officers at once: nothing is overwritten, both versions are shown, and both can be merged."""

import itertools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from intake import actions
from intake.forms.classify import ClassifyForm
from intake.models import Case
from intake.timeline import COMPANY
from tests.intake.factories import CaseFactory
from tests.intake.test_desk import TYPED, everything, fresh, page_of, signed_in, step_of
from tests.intake.test_queue import text

# Field: what stood there, what the first officer chose, what the second did.
FIELDS = {
    "category": ("CUS-01", "MKT-01", "CUS-02"),
    "country": ("VN", "US", "ID"),
    "hs_code": ("330499", "330410", "330420"),
    "product": ("화장품", "기초 화장품", "색조 화장품"),
    "sector": ("", "C20", "C10"),
    "needed_by": ("", "2027-01-31", "2027-02-28"),
    "more_countries": ([], ["TH"], ["JP"]),
}
PAIRS = list(itertools.product(FIELDS, FIELDS))


@pytest.fixture
def officers(cast):
    """Two browsers."""
    return signed_in(cast.secretary), signed_in(cast.second_secretary)


def typed(case: Case, field: str = "", value: object = "") -> dict[str, object]:
    """What the form posts when one field was changed on the case as it was at first."""
    data: dict[str, object] = {"version": case.version, "since": case.events.last().pk}
    data |= {"policy": "default", "initial-policy": "default", "initial-at_border": "False"}
    for name, (was, *_others) in FIELDS.items():
        if isinstance(was, list):
            data[f"initial-{name}"] = was
        else:
            data[name] = data[f"initial-{name}"] = was
    if isinstance(value, list):
        data |= {f"{field}_{place}": one for place, one in enumerate(value, start=1)}
    elif field:
        data[field] = value
    return data


def stands(case: Case, field: str) -> object:
    """What the case says, as a form would."""
    return ClassifyForm(case=fresh(case)).initial[field]


def same(found: object, wanted: object) -> bool:
    """Whether a fact is what a form said."""
    return (found.isoformat() if hasattr(found, "isoformat") else found) == wanted


def posted_again(form: ClassifyForm, **choices: str) -> dict[str, object]:
    """The page sent once more, with what was chosen."""
    again = {name: form.data.getlist(name) for name in form.data}
    return {name: values for name, values in again.items() if values} | choices


@pytest.mark.django_db
@pytest.mark.parametrize(("first_field", "second_field"), PAIRS)
def test_what_two_officers_classify_is_merged_or_asked_field_by_field(
    officers, cases, first_field, second_field
):
    first, second = officers
    case = cases.at("reviewing")
    theirs, mine = FIELDS[first_field][1], FIELDS[second_field][2]
    one, two = typed(case, first_field, theirs), typed(case, second_field, mine)

    assert first.post(step_of(case, "classify"), one).status_code == 302
    refused = second.post(step_of(case, "classify"), two)

    assert refused.status_code == 409
    assert same(stands(case, first_field), theirs)
    form = refused.context["form"]
    conflict = first_field == second_field
    assert {row.name for row in form.columns} == {first_field, second_field}
    assert [row.name for row in form.columns if row.conflict] == [first_field] * conflict
    choice = {f"pick-{first_field}": "mine"} if conflict else {}
    assert second.post(step_of(case, "classify"), posted_again(form, **choice)).status_code == 302
    assert same(stands(case, second_field), mine)
    if not conflict:
        assert same(stands(case, first_field), theirs)


@pytest.mark.django_db
@pytest.mark.parametrize("field", FIELDS)
def test_conflict_must_be_settled_and_can_be_settled_for_the_other(officers, cases, field):
    first, second = officers
    case = cases.at("reviewing")
    _was, theirs, mine = FIELDS[field]
    one, two = typed(case, field, theirs), typed(case, field, mine)
    first.post(step_of(case, "classify"), one)
    form = second.post(step_of(case, "classify"), two).context["form"]
    before = everything()

    unsettled = second.post(step_of(case, "classify"), posted_again(form))
    settled = second.post(
        step_of(case, "classify"), posted_again(form, **{f"pick-{field}": "theirs"}), follow=True
    )

    assert unsettled.status_code == 422
    assert "Choose which value stands." in text(unsettled)
    assert "values stand. Nothing was written." in text(settled)
    assert everything() == before


@pytest.mark.django_db
def test_settled_conflict_and_other_changes_are_written_together(officers, cases):
    first, second = officers
    case = cases.at("reviewing")
    one = typed(case, "country", "US") | {"product": "기초 화장품"}
    two = typed(case, "country", "ID") | {"hs_code": "330420"}
    first.post(step_of(case, "classify"), one)
    form = second.post(step_of(case, "classify"), two).context["form"]

    second.post(step_of(case, "classify"), posted_again(form, **{"pick-country": "theirs"}))

    now = fresh(case)
    assert (now.country_id, now.product, now.hs_code) == ("US", "기초 화장품", "330420")
    assert now.events.last().facts["is"] == {"hs_code": "330420"}


@pytest.mark.django_db
def test_third_officer_in_between_is_asked_about_anew(officers, cases):
    first, second = officers
    case = cases.at("reviewing")
    one, two = typed(case, "country", "US"), typed(case, "country", "ID")
    first.post(step_of(case, "classify"), one)
    form = second.post(step_of(case, "classify"), two).context["form"]
    actions.classify(
        case=fresh(case), by=cases.by, country=fresh(case).country.__class__(pk="JP", iso2="JP")
    )

    again = second.post(step_of(case, "classify"), posted_again(form, **{"pick-country": "mine"}))

    assert again.status_code == 409
    assert [row.conflict for row in again.context["form"].columns] == [True]
    assert stands(case, "country") == "JP"


@pytest.mark.django_db
def test_positive_control_without_the_version_the_second_overwrites_the_first(
    officers, cases, monkeypatch
):
    """The broken twin: the step trusts the case as it finds it, whatever its officer saw."""
    first, second = officers
    case = cases.at("reviewing")
    one, two = typed(case, "country", "US"), typed(case, "country", "ID")
    real = actions.classify
    monkeypatch.setattr(
        actions, "classify", lambda *, case, by, **facts: real(case=fresh(case), by=by, **facts)
    )

    first.post(step_of(case, "classify"), one)
    sent = second.post(step_of(case, "classify"), two)

    # What the test above forbids: no question was asked, and the first officer's word is gone.
    assert sent.status_code == 302
    assert stands(case, "country") == "ID"


# --- Words ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_second_answer_stands_beside_the_first_and_becomes_a_message_or_a_note(officers, cases):
    first, second = officers
    case = cases.at("reviewing")
    seen = {"version": case.version, "since": case.events.last().pk}
    first.post(step_of(case, "answer"), seen | {"text": "서류는 둘입니다."})

    refused = second.post(step_of(case, "answer"), seen | {"text": "서류는 셋입니다."})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert fresh(case).answer == "서류는 둘입니다."
    assert "<mark>둘입니다.</mark>" in page
    assert "<mark>셋입니다.</mark>" in page
    assert [way for way, _label in refused.context["ways_out"]] == ["send_message", "note"]
    data = {"version": fresh(case).version, "text": "서류는 셋입니다."}
    for way, audience in (("send_message", "submitter"), ("note", "internal")):
        second.post(step_of(case, way), data | {"audience": "submitter"})
        assert fresh(case).messages.last().audience == audience
    assert fresh(case).answer == "서류는 둘입니다."


@pytest.mark.django_db
def test_files_of_a_refused_answer_go_along_with_the_message_instead(
    officers, cases, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    first, second = officers
    case = cases.at("reviewing")
    seen = {"version": case.version}
    first.post(step_of(case, "answer"), seen | {"text": "서류는 둘입니다."})
    upload = SimpleUploadedFile("서식.txt", "서식".encode(), "text/plain")
    refused = second.post(step_of(case, "answer"), seen | {"text": "셋입니다.", "files": upload})

    kept = refused.context["form"].kept_token
    data = {"version": fresh(case).version, "text": "셋입니다.", "audience": "submitter"}
    second.post(step_of(case, "send_message"), data | {"kept": kept})

    message = fresh(case).messages.get()
    assert [row.file.original_name for row in message.attachments.all()] == ["서식.txt"]


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["answer", "reject", "transfer_out", "request_supplement"])
def test_what_happened_since_the_form_was_opened_is_told_in_words(officers, cases, verb):
    _first, second = officers
    case = cases.at("reviewing")
    _state, data = TYPED[verb]
    seen = {"version": case.version, "since": case.events.last().pk}
    actions.note(case=case, text="세관과 통화함", by=cases.by)
    actions.send_message(case=fresh(case), text="서류를 찾았습니다", by=COMPANY)
    actions.classify(case=fresh(case), by=cases.by, product="기초 화장품")

    refused = second.post(step_of(case, verb), data | seen)

    assert refused.status_code == 409
    told = [(item.heading, item.text) for item in refused.context["news"].items]
    assert told == [
        ("Internal note", "세관과 통화함"),
        ("Message", "서류를 찾았습니다"),
        ("The case was classified", ""),
    ]
    assert "화장품 → 기초 화장품" in text(refused)


@pytest.mark.django_db
def test_step_that_a_colleague_took_is_not_offered_once_more(officers, cases, cast):
    _first, second = officers
    case = cases.at("reviewing")
    data = {"version": case.version, "reason": "소관 아님", "next_place": "무역장벽 119"}
    actions.reject(
        case=fresh(case),
        reason="우리 소관 아님",
        next_place="119",
        by=CaseFactory(cast.secretary).by,
    )

    refused = second.post(step_of(case, "reject"), data)

    assert refused.status_code == 409
    assert refused.context["possible"] is False
    assert [way for way, _label in refused.context["ways_out"]] == ["note"]
    page = refused.content.decode()
    assert "우리" in page
    assert "무역장벽 119" in page
    assert f'href="{page_of(case)}"' in page
