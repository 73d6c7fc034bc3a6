"""Words written by the secretariat: checked, versioned, used, and given up where they fail."""

import logging

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications import proofing, texts, wording
from notifications.manuscript import Fault
from notifications.models import Wording

SUBJECT, BODY = texts.parted(texts.shipped("receipt", "ko"))


@pytest.fixture(autouse=True)
def _nothing_known():
    """What a process knows of the words in use starts anew."""
    wording.known.__init__()
    yield
    wording.known.__init__()


@pytest.fixture
def writer(db: None) -> User:
    return User.objects.create_user("writer@example.kr", name="이시연")


def drafted(writer: User, subject: str = SUBJECT, body: str = BODY, seen: int = 0) -> Wording:
    return wording.draft(
        kind="receipt", language="ko", subject=subject, body=body, seen=seen, by=writer
    )


def used(writer: User, body: str = BODY, seen: int = 0, in_use: int | None = None) -> Wording:
    row = drafted(writer, body=body, seen=seen)
    wording.put_into_use(wording=row, seen=in_use, by=writer)
    return row


# --- Proof-reading ------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", sorted(texts.kinds()))
def test_shipped_words_pass_the_same_proof_reading(kind: str, language: str) -> None:
    subject, body = texts.parted(texts.shipped(kind, language))

    assert proofing.faults(kind, language, subject, body) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (BODY + "\n{{ officer.salary }}", [Fault(25, "unknown", "officer.salary")]),
        (BODY + "\n{{ titel }}", [Fault(25, "unknown", "titel", "title")]),
        (BODY + "\n{{ number.upper }}", [Fault(25, "unknown", "number.upper")]),
        (BODY + "\n{% if false %}{{ nobody }}{% endif %}", "unknown"),
        (BODY + '\n{% include "base.html" %}', "tag"),
        (BODY + "\n{% load static %}", "tag"),
        (BODY + "\n{% debug %}", "tag"),
        (BODY + '\n{% extends "base.html" %}', "tag"),
        (BODY + "\n{% csrf_token %}", "tag"),
        (BODY + "\n{% now 'Y' %}", "tag"),
        (BODY + "\n{% widthratio 1 1 9 %}", "tag"),
        (BODY + "\n{{ number|ljust:999999999 }}", "filter"),
        (BODY + "\n{{ number|safe }}", "filter"),
        (BODY + "\n{{ number|nothing }}", "syntax"),
        (BODY + "\n{% if due %}", "syntax"),
        (BODY + "\n{% for c in number %}{{ c }}{% endfor %}", "no_list"),
        (BODY + "\n{{ officer }}", "no_list"),
        (BODY + "\n{{ title|day }}", "fails"),
        (BODY + "\n{{ due|day }}", "fails"),
        (BODY + "\n[여기](https://evil.example)", "marks"),
        (BODY + "\n<b>굵게</b>", "marks"),
        (BODY + "\n# 제목", "marks"),
        (BODY.replace("{{ link|absolute }}", ""), [Fault(0, "lost", "link")]),
        (BODY.replace("{{ officer.phone }}", "1357"), [Fault(0, "lost", "officer.phone")]),
        (BODY.replace("{{ number }}", "번호"), [Fault(0, "lost", "number")]),
        (
            BODY.replace("{{ link|absolute }}", "{% if due %}{{ link|absolute }}{% endif %}"),
            [Fault(0, "lost", "link")],
        ),
        ("안녕하세요. " + BODY, "greeting"),
        ("수출 애로가 접수되었습니다.\n" + BODY, "same"),
        ("가" * 91 + ".\n\n" + BODY, "long_first"),
        (BODY + "가" * 9000, "long"),
        (BODY + "\n" + "{{ number }} " * 400, "long"),
        ("", "empty"),
    ],
)
def test_proof_reading_names_line_and_placeholder(changed: str, expected) -> None:
    subject = SUBJECT if "{{ number }}" in changed else "수출 애로가 접수되었습니다"

    found = proofing.faults("receipt", "ko", subject, changed)

    if isinstance(expected, str):
        assert expected in {fault.code for fault in found}
    else:
        assert [(f.code, f.found, f.meant) for f in found] == [
            (f.code, f.found, f.meant) for f in expected
        ]


def test_proof_reading_counts_lines_as_the_writer_does() -> None:
    body = BODY.split("\n")
    body.insert(4, "{{ nobody }}")

    assert proofing.faults("receipt", "ko", SUBJECT, "\n".join(body)) == [
        Fault(5, "unknown", "nobody")
    ]


@pytest.mark.parametrize("name", ["title", "officer.name", "service_phone"])
def test_subject_takes_no_name(name: str) -> None:
    found = proofing.faults("receipt", "ko", f"[{{{{ number }}}}] {{{{ {name} }}}}", BODY)

    assert Fault(0, "in_subject", name) in found


def test_loops_inside_each_other_run_only_over_what_they_hold() -> None:
    subject, body = texts.parted(texts.shipped("supplement_request", "ko"))
    twice = "{% for a in items %}{% for b in items %}{{ b.label }}{% endfor %}{% endfor %}"
    thrice = "{% for a in items %}" * 3 + "x" + "{% endfor %}" * 3

    codes = [
        {f.code for f in proofing.faults("supplement_request", "ko", subject, f"{body}\n{more}")}
        for more in (twice, thrice)
    ]

    assert codes == [{"no_list"}, {"loops"}]


# --- Draft, use, versions -----------------------------------------------------------------
def test_draft_goes_out_to_nobody(writer: User) -> None:
    drafted(writer, body=BODY + "\n\n새 글입니다.")

    text, version = wording.words("receipt", "ko", texts.sample("receipt"))

    assert version is None
    assert "새 글입니다." not in text.text


def test_words_in_use_go_out_and_the_other_language_stays(writer: User) -> None:
    row = used(writer, BODY + "\n\n새 글입니다.")

    text, version = wording.words("receipt", "ko", texts.sample("receipt"))
    other = wording.words("receipt", "en", texts.sample("receipt"))

    assert version == row.pk
    assert text.text.count("새 글입니다.") == 1
    assert proofing.words(text.text) == proofing.visible(text.html)
    assert other == (texts.render("receipt", "en", texts.sample("receipt")), None)


def test_faulty_draft_is_kept_and_refused_for_use(writer: User) -> None:
    row = drafted(writer, body=BODY + "\n{{ nobody }}")

    with pytest.raises(wording.UnfitError) as refused:
        wording.put_into_use(wording=row, seen=None, by=writer)

    assert [fault.code for fault in refused.value.faults] == ["unknown"]
    row.refresh_from_db()
    assert row.state == "draft"


def test_second_writer_is_told_of_the_first(writer: User) -> None:
    first = drafted(writer)

    with pytest.raises(wording.OvertakenError) as told:
        drafted(writer, body=BODY + "\n\n다른 글입니다.", seen=0)

    assert told.value.latest == first
    assert Wording.objects.count() == 1


def test_putting_into_use_over_words_that_were_not_seen_is_refused(writer: User) -> None:
    one = used(writer)
    two = drafted(writer, seen=1)

    with pytest.raises(wording.OvertakenError) as told:
        wording.put_into_use(wording=two, seen=None, by=writer)

    assert told.value.latest == one
    assert wording.current("receipt", "ko") == one


def test_restoring_makes_a_version_and_changes_none(writer: User) -> None:
    one = used(writer, BODY + "\n\n첫째 글입니다.")
    two = used(writer, BODY + "\n\n둘째 글입니다.", seen=1, in_use=1)

    again = wording.restore(wording=one, seen=2, in_use=2, by=writer)

    rows = {row.version: (row.state, row.body) for row in wording.versions("receipt", "ko")}
    assert rows == {
        1: ("retired", one.body),
        2: ("retired", two.body),
        3: ("published", one.body),
    }
    assert again.version == 3


def test_shipped_words_come_back(writer: User) -> None:
    used(writer, BODY + "\n\n새 글입니다.")

    wording.back_to_shipped(kind="receipt", language="ko", seen=1, by=writer)

    assert wording.words("receipt", "ko", texts.sample("receipt"))[1] is None
    assert wording.current("receipt", "ko") is None


# --- Delivery -----------------------------------------------------------------------------
def test_words_in_use_are_read_once_for_many_notices(writer: User) -> None:
    used(writer)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _turn in range(50):
            wording.words("receipt", "ko", texts.sample("receipt"))
            wording.words("answer", "en", texts.sample("answer"))

    assert len(asked) == 1


def test_words_that_fail_for_a_notice_give_way_to_the_shipped(writer: User, caplog) -> None:
    row = used(writer)
    # Whatever slipped through: the version in the table can no longer be filled.
    Wording.objects.filter(pk=row.pk).update(body="{{ title|day }} {{ number }}")
    facts = texts.sample("receipt")

    with caplog.at_level(logging.ERROR):
        text, version = wording.words("receipt", "ko", facts)

    row.refresh_from_db()
    assert (text, version) == (texts.render("receipt", "ko", facts), None)
    assert row.failure == "ValueError: a date in a notice is ISO text"
    assert row.failed_at is not None
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        f"wording {row.pk} of receipt.ko failed"
    ]


def test_failing_words_are_marked_once_for_many_notices(writer: User) -> None:
    row = used(writer)
    Wording.objects.filter(pk=row.pk).update(body="{{ title|day }}")
    wording.words("receipt", "ko", texts.sample("receipt"))

    with CaptureQueriesContext(connection) as asked:
        for _turn in range(20):
            wording.words("receipt", "ko", texts.sample("receipt"))

    assert [query["sql"] for query in asked if "UPDATE" in query["sql"]] == []


def test_sent_row_names_the_version_of_its_words(writer: User, enqueue, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    from notifications import delivery

    subject, body = texts.parted(texts.shipped("sample", "ko"))
    row = wording.draft(
        kind="sample",
        language="ko",
        subject=subject,
        body=body + "\n\n새 글입니다.",
        seen=0,
        by=writer,
    )
    wording.put_into_use(wording=row, seen=None, by=writer)
    notice, plain = enqueue(), enqueue(language="en", subject_key="GT-2")

    delivery.deliver_due()

    notice.refresh_from_db()
    plain.refresh_from_db()
    assert (notice.state, notice.wording_id) == ("sent", row.pk)
    assert (plain.state, plain.wording_id) == ("sent", None)
    assert ["새 글입니다." in sent.body for sent in mail.outbox] == [True, False]
