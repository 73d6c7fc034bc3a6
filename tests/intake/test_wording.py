"""Templates are read, filled and merged by plain rules; a value never becomes markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.wording import filling, markup, merging, names

LETTER = """{{기업명}} 귀하

접수번호 {{접수번호}} 건에 대하여 답변드립니다.

[선택: 관세 안내]
{{대상국}} 관세는 {{품목}}에 따라 다릅니다.
[/선택]

담당 {{담당자}}
"""


def faults(text):
    with pytest.raises(markup.WordingError) as caught:
        markup.parse(text)
    return [(row.line, row.code, row.found, row.meant) for row in caught.value.faults]


def filled(text, values, chosen=()):
    return filling.fill(markup.parse(text), values, chosen)


VALUES = {
    "company": "시연상사",
    "number": "GT-2026-000123-7",
    "country": "베트남",
    "product": "화장품",
    "officer": "김시연",
}


def test_placeholders_are_filled_and_optional_paragraph_left_out():
    assert filled(LETTER, VALUES).text == (
        "시연상사 귀하\n\n접수번호 GT-2026-000123-7 건에 대하여 답변드립니다.\n\n담당 김시연"
    )


def test_ticked_paragraph_is_taken_in():
    assert filled(LETTER, VALUES, {0}).text == (
        "시연상사 귀하\n\n접수번호 GT-2026-000123-7 건에 대하여 답변드립니다.\n\n"
        "베트남 관세는 화장품에 따라 다릅니다.\n\n담당 김시연"
    )


def test_options_are_named_in_order():
    parsed = markup.parse("a\n[선택: 하나]\nb\n[/선택]\n[Optional: two]\nc\n[/optional]")

    assert parsed.options == ("하나", "two")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("기업명", "company"),
        ("회사명", "company"),
        (" 기업 명 ", "company"),
        ("company", "company"),
        ("COMPANY", "company"),
        ("HS 코드", "hs_code"),
        ("ＨＳ코드", "hs_code"),
        ("next place", "next_place"),
    ],
)
def test_names_are_known_however_they_are_spaced(written, code):
    assert [slot.code for slot in markup.parse("{{" + written + "}}").slots()] == [code]


def test_every_name_means_one_placeholder():
    written = [names.folded(name) for row in names.PLACEHOLDERS for name in {*row.ko, *row.en}]

    assert len(written) == len(set(written))


def test_empty_value_stays_as_a_gap():
    found = filled("{{기업명}} {{품목}} {{직접 입력: 필요한 서류}}", {"company": "시연상사"})

    assert found.text == "시연상사 {{품목}} {{직접 입력: 필요한 서류}}"
    assert found.gaps == ("{{품목}}", "{{직접 입력: 필요한 서류}}")


def test_blank_value_counts_as_empty():
    assert filled("{{품목}}", {"product": " \n "}).gaps == ("{{품목}}",)


def test_gap_of_a_paragraph_that_was_left_out_does_not_count():
    text = "인사\n[선택: 품목]\n{{품목}}\n[/선택]"

    assert filled(text, {}).gaps == ()
    assert filled(text, {}, {0}).gaps == ("{{품목}}",)


def test_unfilled_marks_are_found_with_their_lines():
    text = "안녕하십니까\n{{품목}}은 {{직접 입력: 금액}}입니다.\n[선택: 관세]\n글\n[/선택]"

    assert [(row.line, row.mark) for row in filling.unfilled(text)] == [
        (2, "{{품목}}"),
        (2, "{{직접 입력: 금액}}"),
        (3, "[선택: 관세]"),
        (5, "[/선택]"),
    ]


@pytest.mark.parametrize("text", ["", "보통 글", "{하나}", "[선택] 사항입니다", "a {{}} b", "}}{{"])
def test_ordinary_text_has_no_gaps(text):
    assert filling.unfilled(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "empty", "", "")]),
        ("a\n{{기업이름}}", [(2, "unknown", "기업이름", "기업명")]),
        ("{{companny}}", [(1, "unknown", "companny", "company")]),
        ("{{전혀다른말}}", [(1, "unknown", "전혀다른말", "")]),
        ("{{}}", [(1, "nameless", "", "")]),
        ("{{직접 입력: }}", [(1, "nameless", "직접 입력:", "")]),
        ("가 {{기업명 나", [(1, "braces", "가 {{기업명 나", "")]),
        ("가 기업명}} 나", [(1, "braces", "가 기업명}} 나", "")]),
        ("[선택]\n가\n[/선택]", [(1, "mark", "[선택]", ""), (3, "never_opened", "[/선택]", "")]),
        ("가 [선택: 나] 다", [(1, "not_alone", "가 [선택: 나] 다", "")]),
        ("가\n[/선택]", [(2, "never_opened", "[/선택]", "")]),
        ("가\n[선택: 나]\n다", [(2, "never_closed", "나", "")]),
        ("[선택: 나]\n\n[/선택]", [(1, "nothing_inside", "나", "")]),
        (
            "[선택: 가]\n나\n[선택: 다]\n라\n[/선택]",
            [(3, "nested", "[선택: 다]", "")],
        ),
        (
            "[확인 필요: 먼저 저장된 글]\n가\n[/확인 필요]",
            [
                (1, "merge", "[확인 필요: 먼저 저장된 글]", ""),
                (3, "merge", "[/확인 필요]", ""),
            ],
        ),
    ],
)
def test_faults_say_line_and_what_was_meant(text, found):
    assert faults(text) == found


def test_all_faults_are_told_at_once():
    assert [line for line, *_rest in faults("{{가나}}\n\n{{다라\n[/선택]")] == [1, 3, 4]


def test_full_width_braces_are_read():
    assert filled("｛｛기업명｝｝", {"company": "시연상사"}).text == "시연상사"


def test_bracketed_word_in_a_sentence_is_text():
    text = "[선택] 동의 항목은 비워 두셔도 됩니다."

    assert filled(text, {}).text == text


# --- Nothing that a company wrote becomes markup ---------------------------------------------
_SPICE = st.sampled_from(
    ["{", "}", "{{", "}}", "{{기업명}}", "[", "]", "선택: ", "[선택: 가]", "[/선택]", "\n", "<b>",
     "{% now %}", "{{ x }}", "[확인 필요: 가]", " ", "\r\n", "\u2028"]
)  # fmt: skip
_HOSTILE = st.lists(st.one_of(_SPICE, st.text(max_size=6)), max_size=8).map("".join)
_TEMPLATES = st.sampled_from(
    [
        LETTER,
        "{{기업명}}{{품목}}",
        "[{{기업명}}]",
        "[{{기업명}}\n{{품목}}]",
        "{ {{기업명}} }",
        "{{{기업명}}}".replace("{{{", "{{").replace("}}}", "}}"),
        "{{기업명}} {{직접 입력: 값}} {{품목}}",
    ]
)


@given(template=_TEMPLATES, company=_HOSTILE, product=_HOSTILE)
def test_values_never_become_gaps_or_marks(template, company, product):
    parsed = markup.parse(template)

    found = filling.fill(parsed, {"company": company, "product": product}, {0})

    assert [row.mark for row in filling.unfilled(found.text)] == list(found.gaps)


@given(template=_TEMPLATES, company=_HOSTILE, product=_HOSTILE)
def test_values_keep_their_words(template, company, product):
    given_values = {"company": company, "product": product}

    found = filling.fill(markup.parse(template), given_values, {0})

    shown = [part.text for part in found.segments if part.kind == filling.VALUE]
    meant = [
        given_values[slot.code]
        for slot in markup.parse(template).slots()
        if given_values.get(slot.code, "").strip()
    ]
    assert ["".join(text.split()) for text in shown] == ["".join(text.split()) for text in meant]


def read_or_faults(text):
    try:
        return markup.parse(text), []
    except markup.WordingError as error:
        return None, error.faults


@given(st.one_of(st.text(), _HOSTILE))
def test_any_text_is_read_or_refused_with_a_line(text):
    parsed, wrong = read_or_faults(text)

    assert (parsed is None) == bool(wrong)
    assert all(1 <= fault.line <= len(markup.tidy(text).split("\n")) for fault in wrong)
    if parsed is not None:
        marks = [slot.mark for slot in parsed.slots()]
        assert list(filling.fill(parsed, {}, range(len(parsed.options))).gaps) == marks


# --- Two editions ----------------------------------------------------------------------------
def test_difference_is_told_word_by_word():
    assert [(row.kind, row.text) for row in merging.words("가 나 다", "가 라 다")] == [
        ("same", "가 "),
        ("gone", "나"),
        ("new", "라"),
        ("same", " 다"),
    ]


@given(st.text(max_size=40), st.text(max_size=40))
def test_difference_holds_both_texts(before, after):
    found = merging.words(before, after)

    assert "".join(row.text for row in found if row.kind != "new") == before
    assert "".join(row.text for row in found if row.kind != "gone") == after


BASE = "가\n나\n다\n라"


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("가\n나!\n다\n라", "가\n나\n다\n라!", "가\n나!\n다\n라!"),
        ("가\n나\n다\n라", "가\n다\n라", "가\n다\n라"),
        ("머리\n가\n나\n다\n라", "가\n나\n다\n라\n끝", "머리\n가\n나\n다\n라\n끝"),
        ("가\n나!\n다\n라", "가\n나!\n다\n라", "가\n나!\n다\n라"),
    ],
)
def test_changes_in_different_places_are_put_together(mine, theirs, merged):
    assert merging.merge(BASE, mine, theirs) == merging.Merged(merged, 0)


def test_changes_of_the_same_line_wait_for_a_choice():
    found = merging.merge(BASE, "가\n내 글\n다\n라", "가\n남의 글\n다\n라")

    assert found.conflicts == 1
    assert found.text == (
        "가\n[확인 필요: 먼저 저장된 글]\n남의 글\n[확인 필요: 나중에 쓴 글]\n내 글\n"
        "[/확인 필요]\n다\n라"
    )
    assert [code for _line, code, *_rest in faults(found.text)] == ["merge"] * 3


_LINES = st.lists(st.sampled_from("가나다라마"), max_size=6).map("\n".join)


@given(_LINES, _LINES)
def test_merging_with_what_did_not_change_gives_the_change(base, mine):
    assert merging.merge(base, mine, base) == merging.Merged(mine, 0)
    assert merging.merge(base, base, mine) == merging.Merged(mine, 0)


@given(_LINES, _LINES, _LINES)
def test_merging_loses_no_line_that_somebody_wrote(base, mine, theirs):
    found = merging.merge(base, mine, theirs).text.split("\n")

    written = (set(mine.split("\n")) | set(theirs.split("\n"))) - set(base.split("\n"))
    assert written <= set(found)
