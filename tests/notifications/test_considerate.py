"""Considerate words: every notice in every language, whoever wrote its text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from notifications import catalog, manuscript, proofing, texts

EVERY = pytest.mark.parametrize(
    ("kind", "language"),
    [(kind, language) for kind in sorted(texts.kinds()) for language in ("ko", "en")],
)
# Longer ones quote what somebody wrote; without the quotations each is read in a minute.
WORDS_AT_MOST = {"ko": 220, "en": 330}
# 해요체, commands without 십시오, and what a computer would say.
UNKIND = re.compile(
    r"(?:세요|에요|예요|해요|어요|아요|네요|군요|죠|지요|까요|바람|하라|할 것)(?=[.!?]|$)",
    re.MULTILINE,
)
_MACHINE = re.compile(r"(?:null|None|undefined|True|False|\{\{|\}\}|\{%|%\}|\[object)", re.ASCII)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?](?=\s|$)")
_ENDS = re.compile(r"(?:다|까|오|요)[.!?]$")


def made(kind: str, language: str, facts: Mapping[str, Any] | None = None) -> texts.Text:
    return texts.render(kind, language, facts or texts.sample(kind), strict=facts is None)


def canaries(value: Any, path: str = "") -> Any:
    """The facts with a sign of its own in every text that somebody may have written."""
    if isinstance(value, Mapping):
        return {
            key: canaries(item, f"{path}.{key}" if path else key) for key, item in value.items()
        }
    if isinstance(value, list):
        return [canaries(item, path) for item in value]
    if isinstance(value, str) and not re.fullmatch(r"|/.*|[a-z_-]+|\d{4}-\d\d.*", value):
        return f"§{path}§"
    return value


def own_words(text: str) -> str:
    """The text without what it quotes of somebody, its footer and its addresses."""
    body = text.partition("\n---\n")[0]
    lines = [line for line in body.split("\n") if not line.startswith((">", "- ", "<http"))]
    return "\n".join(lines)


def leaks(made_text: texts.Text) -> set[str]:
    """The facts that stand in a subject and must not."""
    return set(re.findall(r"§([^§]*)§", made_text.subject)) - proofing.IN_SUBJECTS


@EVERY
def test_notice_is_fit_to_go_out(kind: str, language: str) -> None:
    assert list(proofing.of_text(made(kind, language), language)) == []


@EVERY
def test_subject_tells_nothing_about_anybody(kind: str, language: str) -> None:
    sample = texts.sample(kind)
    subject = made(kind, language).subject
    told = {
        value
        for value in _texts({k: v for k, v in sample.items() if k not in proofing.IN_SUBJECTS})
        if len(value) > 3 and value in subject
    }

    assert leaks(made(kind, language, canaries(sample))) == set()
    assert told == set()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def test_subject_with_a_company_in_it_is_found_out() -> None:
    """The positive control: a text that names the company in its subject."""
    facts = canaries(texts.sample("filer_update"))
    leaky = manuscript.compiled("Subject: {{ company }}의 소식\n\n소식이 있습니다.\n")

    assert leaks(texts.render("filer_update", "ko", facts, written=leaky)) == {"company"}


@EVERY
def test_notice_is_short(kind: str, language: str) -> None:
    count = len(own_words(made(kind, language).text).split())

    assert count <= WORDS_AT_MOST[language]


@EVERY
def test_nothing_of_the_machine_shows(kind: str, language: str) -> None:
    text = made(kind, language)

    assert _MACHINE.findall(f"{text.subject}\n{text.preheader}\n{text.text}") == []
    assert re.findall(r"\n\n\n|[ \t]+\n|\( |\(\)", text.text) == []


@pytest.mark.parametrize("kind", sorted(texts.kinds()))
def test_korean_is_polite_and_whole(kind: str) -> None:
    words = own_words(made(kind, "ko").text)
    plain = re.sub(r"\([^()]*\)", "", words)
    sentences = [one.strip() for one in _SENTENCE.findall(plain)]
    unfinished = [one for one in sentences if not _ENDS.search(one)]

    assert [found[0] for found in UNKIND.finditer(words) if not found[0].endswith("까요")] == []
    assert unfinished == []


@EVERY
def test_first_sentence_is_not_the_subject_again(kind: str, language: str) -> None:
    text = made(kind, language)
    subject = proofing.words(re.sub(r"\A\[[^\]]*\]", "", text.subject))

    assert text.preheader.count("\n") == 0
    assert proofing.words(text.preheader).casefold() != subject.casefold()


@EVERY
def test_reader_learns_whom_to_ask(kind: str, language: str) -> None:
    facts = texts.sample(kind)
    text = made(kind, language)
    phone = facts.get("officer", {}).get("phone") if isinstance(facts.get("officer"), dict) else ""

    assert any(one in text.text for one in (phone, texts.given({})["service_phone"]) if one)


@EVERY
def test_both_parts_say_the_same_with_what_people_type(kind: str, language: str) -> None:
    typed = json.loads(
        json.dumps(canaries(texts.sample(kind))).replace("\\u00a7", "\\u00a7 *<b>&amp;_ ")
    )
    text = made(kind, language, typed)

    assert proofing.words(text.text) == proofing.visible(text.html)


def test_every_case_notice_leads_somewhere_or_is_known_not_to() -> None:
    # Each of these goes to somebody who has, from now on, nothing to see there.
    without = {
        *("contact_changed", "proxy_ended_filer", "referral_recalled", "withdrawn_to_body"),
        *("one_time_code", "reply_refused"),
    }
    lacking = {
        kind.name
        for kind in catalog.every()
        if "number" in texts.sample(kind.name) and "<http" not in made(kind.name, "ko").text
    }

    assert lacking == without
