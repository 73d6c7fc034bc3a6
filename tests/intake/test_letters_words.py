"""The words of every notice that the letters send, in both languages.

The kinds and their facts are read from the source of the letters, so that a new one without words
fails here.
"""

import ast
import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist

from notifications import texts

LETTERS = "\n".join(
    path.read_text() for path in sorted((settings.BASE_DIR / "intake" / "letters").rglob("*.py"))
)
LANGUAGES = ("ko", "en")
# What a case may lack; a line about it then disappears.
MAY_BE_EMPTY = {
    *("due", "outcome", "company", "product", "hs_code", "by", "words", "handler", "phone"),
    *("situation", "problem", "request", "counterpart", "value", "files", "named", "tone", "there"),
}
# These are about a company that has a name.
NAMES_THE_COMPANY = ("address_failed_filer", "filer_update", "guest_invited", "taken_over_filer")
_HANGUL = re.compile("[가-힣]")
_NAMED = re.compile(r"{{\s*(\w+(?:\.\w+)*)|{%\s*(?:if|for \w+ in)\s+(\w+)")
_LINK = re.compile(r"<(https?://[^>\s]+)>")
_HREF = re.compile(r'href="(http[^"]+)"')


# --- Reading the letters ------------------------------------------------------------------
def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in names:
            yield node


def _keywords(call: ast.Call) -> set[str]:
    """The names that a call gives, with those of `**outside(…)` and of `**{"link": …}`."""
    own = {keyword.arg for keyword in call.keywords if keyword.arg}
    through = [keyword.value for keyword in call.keywords if keyword.arg is None]
    return own.union(
        *(_keywords(inner) for inner in through if isinstance(inner, ast.Call)),
        *(_keys(inner) for inner in through if isinstance(inner, ast.Dict)),
    )


def _handed(call: ast.Call, functions: Mapping[str, ast.FunctionDef]) -> set[str]:
    """The facts that a function of the letters hands through: `**_for_confirming(case)`."""
    through = (k.value for k in call.keywords if k.arg is None and isinstance(k.value, ast.Call))
    made = [functions[_called(inner)] for inner in through if _called(inner) in functions]
    dicts = (node.value for one in made for node in ast.walk(one) if isinstance(node, ast.Return))
    return set().union(*(_keys(facts) for facts in dicts if isinstance(facts, ast.Dict)))


def _keys(facts: ast.Dict) -> set[str]:
    return {key.value for key in facts.keys if isinstance(key, ast.Constant)}


def _kind(call: ast.Call) -> str | None:
    """The kind that a call sends; None where a sender passes on what it was given."""
    kind = call.args[0]
    if isinstance(kind, ast.Constant):
        return str(kind.value)
    assert getattr(kind, "id", "") == "kind", ast.unparse(call)
    return None


def sent(source: str) -> dict[str, frozenset[str]]:
    """Kind → names of the facts that the notice carries, read from the source of the letters."""
    tree = ast.parse(source)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    common = set().union(*(_keys(n) for n in ast.walk(functions["facts"]) if type(n) is ast.Dict))
    found: dict[str, frozenset[str]] = {}
    for name, function in functions.items():
        if not name.startswith(("for_", "to_")):
            continue
        senders = [function]
        for sender in senders:
            # `for_company` leaves the contact person's notice to `to_company`, that its mail.
            senders += [
                functions[_called(call)]
                for call in _calls(sender, "to_company", "to_filer", "_mail_to_company")
                if _kind(call) is None
            ]
        passed_on = [
            call
            for sender in senders
            for call in _calls(sender, "facts")
            if any(keyword.arg is None for keyword in call.keywords)
        ]
        added = common.union(*(_keywords(call) for call in passed_on))
        own = {argument.arg for argument in function.args.kwonlyargs}
        for call in _calls(tree, name):
            kind = _kind(call)
            if kind is None:
                continue
            found[kind] = frozenset(added | _handed(call, functions) | _keywords(call) - own)
    for call in _calls(tree, "notice", "enqueue"):
        kind = _kind(call)
        if kind is None:
            continue
        [facts] = [keyword.value for keyword in call.keywords if keyword.arg == "context"]
        if isinstance(facts, ast.Dict):
            found[kind] = frozenset(_keys(facts))
        else:
            assert isinstance(facts, ast.Call)
            assert _called(facts) == "facts"
            found[kind] = frozenset(common | _keywords(facts))
    return found


def _sent_by(*senders: str) -> list[str]:
    calls = _calls(ast.parse(LETTERS), *senders)
    return sorted({str(_kind(call)) for call in calls})


SENT = sent(LETTERS)
KINDS = sorted(SENT)
TO_COMPANY_AND_BODIES = [*_sent_by("for_company", "for_body"), "filer_update"]
EVERY_TEXT = pytest.mark.parametrize(
    ("kind", "language"), [(kind, language) for kind in KINDS for language in LANGUAGES]
)


def source(kind: str, language: str) -> str:
    """The template as it is written."""
    [path] = [path for folder in texts.folders() for path in folder.glob(f"{kind}.{language}.md")]
    return path.read_text()


def named(template: str) -> set[str]:
    """The facts that a template names; `officer.phone` counts as itself."""
    loops = set(re.findall(r"{%\s*for (\w+) in", template))
    return {one or other for one, other in _NAMED.findall(template)} - loops


def named_in_subject(template: str) -> list[str]:
    """The facts that the subject line names."""
    return [one or other for one, other in _NAMED.findall(template.splitlines()[0])]


def without_hangul(facts: Any) -> Any:
    """The facts with every Korean text swapped for a Latin one."""
    if isinstance(facts, Mapping):
        return {key: without_hangul(value) for key, value in facts.items()}
    if isinstance(facts, list):
        return [without_hangul(value) for value in facts]
    return "Sample" if isinstance(facts, str) and _HANGUL.search(facts) else facts


# --- Notices ------------------------------------------------------------------------------
def test_letters_are_read_whole() -> None:
    invented = LETTERS + '\ndef odd(case):\n    for_company("invented", case, fact=1)\n'

    assert set(sent(invented)) - set(SENT) == {"invented"}
    assert sent(invented)["invented"] == SENT["receipt"] | {"fact"}
    assert SENT["draft_link"] == {"link", "days"}
    assert {"receipt", "filer_update", "disputed", "referral", "one_time_code"} <= set(SENT)


def test_letter_without_words_is_noticed() -> None:
    with pytest.raises(TemplateDoesNotExist):
        texts.render("invented", "ko", {})


@EVERY_TEXT
def test_notice_renders_strictly_from_its_sample(kind: str, language: str) -> None:
    text = texts.render(kind, language, texts.sample(kind), strict=True)

    assert text.subject == " ".join(text.subject.split())
    assert text.text.count("\n---\n") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_sample_holds_exactly_the_facts_of_the_letter(kind: str) -> None:
    assert set(texts.sample(kind)) == SENT[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_tell_the_same_facts(kind: str) -> None:
    assert named(source(kind, "ko")) == named(source(kind, "en"))


@EVERY_TEXT
def test_subject_names_the_receipt_number_and_nothing_else(kind: str, language: str) -> None:
    expected = ["number"] if "number" in SENT[kind] else []

    assert named_in_subject(source(kind, language)) == expected


def test_subject_that_tells_more_is_noticed() -> None:
    leaky = "Subject: [{{ number }}] {{ title }}{% if company %}!{% endif %}\n\n{{ due }}\n"

    assert named_in_subject(leaky) == ["number", "title", "company"]


@pytest.mark.parametrize("kind", KINDS)
def test_korean_notice_is_korean_and_english_notice_is_english(kind: str) -> None:
    facts = without_hangul(texts.sample(kind))
    korean = texts.render(kind, "ko", facts, strict=True)
    english = texts.render(kind, "en", facts, strict=True)

    assert _HANGUL.search(korean.subject)
    assert all(
        _HANGUL.search(line) for line in korean.text.split("\n\n")[0].splitlines() if line.strip()
    )
    assert _HANGUL.findall(english.subject + english.text + english.html) == []


@pytest.mark.parametrize("kind", KINDS)
def test_first_line_in_korean_fits_a_phone(kind: str) -> None:
    text = texts.render(kind, "ko", texts.sample(kind), strict=True)
    first = text.text.splitlines()[0]

    assert first.endswith("다.")
    assert len(first) <= 45


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TO_COMPANY_AND_BODIES)
def test_notice_to_company_or_body_names_the_officer(kind: str, language: str) -> None:
    facts = texts.sample(kind)
    text = texts.render(kind, language, facts, strict=True)

    for fact in ("unit", "name", "phone", "email"):
        assert text.text.count(facts["officer"][fact]) == 1
        assert html.unescape(text.html).count(facts["officer"][fact]) == 1


@EVERY_TEXT
def test_text_and_html_carry_the_same_link(kind: str, language: str) -> None:
    facts = texts.sample(kind)
    text = texts.render(kind, language, facts, strict=True)
    told = named(source(kind, language))
    expected = [settings.PUBLIC_URL + facts[name] for name in ("confirm", "link") if name in told]

    assert _LINK.findall(text.text) == expected
    assert [html.unescape(found) for found in _HREF.findall(text.html)] == expected


@EVERY_TEXT
def test_notice_reads_well_without_what_a_case_may_lack(kind: str, language: str) -> None:
    facts = {
        name: "" if name in MAY_BE_EMPTY and kind not in NAMES_THE_COMPANY else value
        for name, value in texts.sample(kind).items()
    } | ({"due": ""} if "due" in SENT[kind] else {})
    text = texts.render(kind, language, facts, strict=True).text

    assert re.findall(r"^- [^:\n]+:\s*$", text, re.MULTILINE) == []
    assert re.findall(r"\(\s*\)|「」|\"\"| {2}|^ |\s[.,]\s", text, re.MULTILINE) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_long_text_of_somebody_is_quoted(language: str) -> None:
    words = {"text", "reason", "question", "situation", "problem", "request"}
    plain = {
        (kind, name)
        for kind in KINDS
        for name in words & SENT[kind]
        if f"{{{{ {name}|quote }}}}" not in source(kind, language)
    }

    assert plain == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_time_code_stands_in_groups_in_the_first_lines(language: str) -> None:
    facts = texts.sample("one_time_code")
    text = texts.render("one_time_code", language, facts, strict=True)

    assert text.text.splitlines()[2] == "482 915"
    assert "482" not in text.subject
    assert text.text.count({"ko": "10분 동안", "en": "valid for 10 minutes"}[language]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("designated", "company"), [(False, "시연화장품(주)"), (True, ""), (False, "")]
)
def test_referral_names_the_company_only_when_it_wished_so(
    language: str, designated: bool, company: str
) -> None:
    facts = texts.sample("referral") | {"designated": designated, "company": company}
    facts["named"] = bool(company)
    text = texts.render("referral", language, facts, strict=True)
    silent = {"ko": "밝히지 않습니다", "en": "not named"}[language]
    final = {"ko": "반송하실 수 없으니", "en": "cannot be declined"}[language]

    assert text.text.count("시연화장품(주)") == (1 if company else 0)
    assert text.text.count(silent) == (0 if company else 1)
    assert text.text.count(final) == (1 if designated else 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reply_of_a_body_reads_differently_in_each_of_its_four_cases(language: str) -> None:
    facts = texts.sample("referral_ended")
    read = {
        texts.render(
            "referral_ended", language, facts | {"declined": declined, "all_in": all_in}
        ).text
        for declined in (True, False)
        for all_in in (True, False)
    }

    assert len(read) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_referral_speaks_to_each_kind_of_body_in_words_of_its_own(language: str) -> None:
    tones = ("state", "mission", "association", "bank", "expert", "public")
    facts = texts.sample("referral")

    openings = {
        texts.render("referral", language, facts | {"tone": tone}, strict=True).text.split("\n\n")[
            1
        ]
        for tone in tones
    }

    assert len(openings) == len(tones)


@pytest.mark.parametrize("language", LANGUAGES)
def test_referral_leaves_out_what_was_not_released(language: str) -> None:
    names = ("situation", "problem", "request", "product", "hs_code", "company", "value")
    none = dict.fromkeys((*names, "counterpart"), "") | {"files": 0}

    text = texts.render("referral", language, texts.sample("referral") | none, strict=True).text

    headings = {
        "ko": ("현황", "문제점", "요청사항", "기업:"),
        "en": ("Situation", "Company:", "Files"),
    }
    assert [word for word in headings[language] if word in text] == []
