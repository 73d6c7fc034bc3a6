"""What is taken and what is refused, by content."""

import time
import unicodedata

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from files import checking, names
from files.refusal import REASONS, FileRefused
from tests.files import corpus


def code_of(file):
    try:
        checking.check(file)
    except FileRefused as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize("sample", corpus.HOSTILE, ids=str)
def test_check_refuses_with_the_right_reason_and_fast(upload, sample):
    file = upload(sample.name, sample.build())
    begin = time.process_time()

    code = code_of(file)

    assert (code, time.process_time() - begin < 2) == (sample.code, True)


@pytest.mark.parametrize("sample", corpus.GOOD, ids=str)
def test_check_takes_honest_files(upload, sample):
    assert code_of(upload(sample.name, sample.build())) == ""


@pytest.mark.parametrize("sample", corpus.GOOD[:16], ids=str)
def test_check_refuses_a_kind_under_the_name_of_another(upload, sample):
    other = "a.gif" if sample.name != "a.gif" else "a.pdf"

    assert code_of(upload(other, sample.build())) in {"mismatch"}


def test_check_without_looking_inside_takes_hostile_files(upload, monkeypatch):
    """Positive control: the look at the content is what refuses them."""
    monkeypatch.setattr(
        checking, "_look", lambda file, size, name: checking.KINDS[names.ending(name)]
    )

    let_in = [s for s in corpus.HOSTILE if code_of(upload(s.name, s.build())) == ""]

    assert len(let_in) > 40


def test_check_knows_the_type_by_content_whatever_was_declared(upload):
    file = upload("사진.JPG", corpus.jpg())
    file.content_type = "text/html"

    checked = checking.check(file)

    assert (checked.kind, checked.content_type, checked.name) == ("jpg", "image/jpeg", "사진.JPG")


def test_check_leaves_the_file_at_its_beginning(upload):
    file = upload("a.docx", corpus.office("docx"))

    checking.check(file)

    assert file.file.tell() == 0


@pytest.mark.parametrize("code", [code for code in REASONS if code != "store_full"])
def test_every_refusal_is_a_sentence_with_its_facts(code):
    with translation.override("en"):
        refusal = FileRefused(code, name="견적서.pdf", limit=20)

        (sentence,) = refusal.messages

    assert ("%(" in sentence, sentence.endswith(".")) == (False, True)


def test_the_corpus_covers_every_reason():
    refused = {sample.code for sample in corpus.HOSTILE}

    assert refused == set(REASONS) - {"infected", "store_full", "gone"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("syllables", [30, 84, 200])
def test_clean_composes_long_hangul_names(syllables, form):
    name = "가각" * (syllables // 2) + ".pdf"

    assert names.clean(unicodedata.normalize(form, name)) == name


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\kim\\견적서.pdf", "견적서.pdf"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ('견적서;".pdf', '견적서;".pdf'),
        ("a\u202eb\u200bc\ufeff.pdf", "abc.pdf"),
        ("  spaced   out .pdf", "spaced out .pdf"),
        ("...dots.pdf...", "dots.pdf"),
        ("가" * 300 + ".pdf", "가" * 251 + ".pdf"),
        ("\ud800.pdf", "pdf"),
        ("사진🚀.png", "사진🚀.png"),
    ],
)
def test_clean_makes_names_fit(raw, kept):
    assert names.clean(raw) == kept


@given(st.text(max_size=400))
def test_clean_is_stable_short_and_never_a_path(raw):
    try:
        kept = names.clean(raw)
    except FileRefused as refusal:
        kept = refusal.code

    assert (len(kept) <= names.MAX_LENGTH, "/" in kept, "\\" in kept, names.clean(kept)) == (
        True,
        False,
        False,
        kept,
    )


@given(st.binary(max_size=600), st.sampled_from(sorted(checking.KINDS)))
def test_check_never_fails_otherwise(content, ending):
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert code_of(SimpleUploadedFile(f"a.{ending}", content)) in {"", *REASONS}


@pytest.mark.parametrize("sample", corpus.GOOD[:17], ids=str)
def test_check_of_a_file_cut_at_any_byte_never_fails_otherwise(upload, sample):
    whole = sample.build()

    codes = {code_of(upload(sample.name, whole[:at])) for at in range(0, len(whole), 41)}

    assert codes <= {"", *REASONS}
