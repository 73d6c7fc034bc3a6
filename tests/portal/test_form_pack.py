"""The crispy-forms pack: what a screen reader and a browser need from every control."""

import pytest
from crispy_forms.utils import render_crispy_form
from django.template import engines

from tests.portal.every_control import EveryControl

VISIBLE = [
    "title", "email", "amount", "situation", "country", "visibility", "tried", "agree", "others",
    "papers",
]  # fmt: skip
REQUIRED = ["title", "email", "situation", "country", "visibility", "tried", "agree", "papers"]


def as_tag(form):
    return render_crispy_form(form)


def as_filter(form):
    template = engines["django"].from_string(
        "{% load crispy_forms_tags %}<form>{{ form|crispy }}</form>"
    )
    return template.render({"form": form})


BOTH_WAYS = pytest.mark.parametrize("draw", [as_tag, as_filter])


@BOTH_WAYS
@pytest.mark.parametrize("data", [None, {}], ids=["empty", "in error"])
def test_form_is_valid_html_with_a_label_for_every_control(read, draw, data):
    page = read(draw(EveryControl(data)))

    assert page.faults() == []
    names = [tag.attrs["name"] for tag in page.tags if tag.name in {"input", "select", "textarea"}]
    assert sorted({n for n in names if n != "key"}) == sorted(VISIBLE)


@BOTH_WAYS
def test_groups_of_choices_stand_in_a_fieldset_with_a_legend(read, draw):
    page = read(draw(EveryControl()))

    groups = [tag.attrs["id"] for tag in page.all("fieldset", id=True)]
    assert groups == ["id_visibility_group", "id_tried_group"]
    legends = [tag.text for tag in page.all("legend", class_="form-tit")]
    assert legends == ["공개 범위", "조치"]
    described = page.one("fieldset", id="id_visibility_group").attrs["aria-describedby"]
    assert described == "id_visibility_helptext"


def test_required_is_said_in_words(read):
    page = read(as_tag(EveryControl()))

    assert [tag.text for tag in page.all(class_="form-required")] == ["필수"] * len(REQUIRED)


@BOTH_WAYS
def test_errors_are_tied_to_their_controls(read, draw):
    page = read(draw(EveryControl({})))

    ids = [
        tag.attrs["id"] for tag in page.all("div", id=True) if tag.attrs["id"].endswith("_error")
    ]
    assert sorted(ids) == sorted(f"id_{name}_error" for name in REQUIRED)
    title = page.one("input", name="title").attrs
    assert (title["aria-invalid"], title["aria-describedby"]) == (
        "true",
        "id_title_helptext id_title_error",
    )
    assert page.one("input", name="papers").attrs["aria-describedby"] == (
        "id_papers_helptext id_papers_error"
    )
    assert "aria-invalid" not in page.one("input", name="amount").attrs


@BOTH_WAYS
def test_error_summary_leads_to_the_control_that_mends(read, draw):
    page = read(draw(EveryControl({})))

    links = [tag.attrs["href"] for tag in page.all("a")]
    assert links == [
        "#id_title", "#id_email", "#id_situation", "#id_country", "#id_visibility_0",
        "#id_tried_0", "#id_agree", "#id_papers",
    ]  # fmt: skip
    assert "두 항목이 서로 맞지 않습니다." in page.html


def test_summary_is_absent_while_nothing_is_wrong(read):
    assert read(as_tag(EveryControl())).all(class_="error-summary") == []


def test_controls_carry_the_classes_of_the_design_system(read):
    page = read(as_tag(EveryControl()))

    classes = {
        tag.attrs["name"]: tag.attrs.get("class", "")
        for tag in page.tags
        if tag.name in {"input", "select", "textarea"}
    }
    assert classes == {
        "title": "krds-input",
        "email": "krds-input",
        "amount": "krds-input",
        "situation": "krds-input",
        "country": "krds-form-select",
        "visibility": "",
        "tried": "",
        "agree": "",
        "others": "krds-form-select",
        "papers": "",
        "key": "",
    }


def test_drawing_a_form_twice_gives_the_same_page():
    form = EveryControl({})

    assert as_filter(form) == as_filter(form)


def test_long_text_is_counted_and_never_cut_by_the_browser(read):
    area = read(as_tag(EveryControl())).one("textarea").attrs

    assert area["data-count"] == "2000"
    assert "maxlength" not in area


def test_fold_opens_when_it_holds_an_error(read):
    drawn = [read(as_tag(EveryControl(data))).one("details").attrs for data in (None, {})]

    assert ["open" in attrs for attrs in drawn] == [False, True]


def test_form_tag_leaves_checking_to_the_server_and_can_carry_files(read):
    form = read(as_tag(EveryControl())).one("form").attrs

    assert form == {
        "class": "krds-form",
        "method": "post",
        "novalidate": "",
        "enctype": "multipart/form-data",
        "data-form": "",
        "data-draft": "every",
    }


def test_buttons_keep_their_name_and_value(read):
    buttons = [tag.attrs.get("name") for tag in read(as_tag(EveryControl())).all("button")]

    assert buttons == ["go", None]


def test_values_are_escaped(read):
    page = read(
        as_tag(EveryControl({"title": '"><script>x</script>', "situation": "</textarea><b>"}))
    )

    assert page.all("script") == []
    assert page.all("b") == []
