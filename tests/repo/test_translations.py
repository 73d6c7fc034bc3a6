"""Every message is found, has its Korean, and keeps its placeholders."""

import polib
import pytest
from django.conf import settings

from portal import catalogue, extraction
from portal.extraction import Message, UnreadableMessageError

CATALOGUE = settings.BASE_DIR / "locale" / "ko" / "LC_MESSAGES" / "django.po"


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def entry(text, korean, **more):
    return polib.POEntry(msgid=text, msgstr=korean, **more)


def test_catalogue_is_complete():
    used = extraction.messages(settings.BASE_DIR)

    assert list(catalogue.faults(used, catalogue.read(CATALOGUE))) == []


def test_catalogue_is_stored_as_update_would_write_it(tmp_path):
    known = catalogue.read(CATALOGUE)

    catalogue.write(tmp_path / "again.po", known.values())

    assert CATALOGUE.read_text("utf-8") == (tmp_path / "again.po").read_text("utf-8")


def test_code_messages_are_found_in_every_call(tmp_path):
    write(
        tmp_path,
        "app/words.py",
        "_('plain')\n_('joined ' 'text')\ngettext_lazy('added ' + 'text')\n"
        "translation.gettext('by attribute')\nngettext('one', 'many', 2)\n"
        "pgettext('context', 'word')\nnpgettext('context', 'one', 'many', 2)\nother('not this')\n",
    )

    found = extraction.messages(tmp_path)

    assert set(found) == {
        Message("plain"),
        Message("joined text"),
        Message("added text"),
        Message("by attribute"),
        Message("one", None, "many"),
        Message("word", "context"),
        Message("one", "context", "many"),
    }


def test_template_messages_are_found_with_plural_and_context(tmp_path):
    write(
        tmp_path,
        "templates/page.html",
        "{% load i18n %}{% translate \"It's 100% plain\" %}{% translate 'word' context 'here' %}"
        "{% blocktranslate trimmed %}\n  two\n  lines {{ name }}\n{% endblocktranslate %}"
        "{% blocktranslate count n=n %}{{ n }} case{% plural %}{{ n }} cases"
        "{% endblocktranslate %}{% include 'x.html' with label=_('in a tag') %}not this",
    )

    found = extraction.messages(tmp_path)

    assert set(found) == {
        Message("It's 100%% plain"),
        Message("word", "here"),
        Message("two lines %(name)s"),
        Message("%(n)s case", None, "%(n)s cases"),
        Message("in a tag"),
    }


@pytest.mark.parametrize(
    "text", ["f'hello {name}'", "'hello ' + name", "'hello %s' % name", "'{}'.format(name)", "''"]
)
def test_message_that_is_built_too_early_is_refused(tmp_path, text):
    write(tmp_path, "app/words.py", f"_({text})\n")

    with pytest.raises(UnreadableMessageError, match=r"app/words\.py:1"):
        extraction.messages(tmp_path)


def test_message_from_a_variable_is_left_to_where_it_is_written(tmp_path):
    write(
        tmp_path,
        "app/words.py",
        "LABEL = gettext_noop('word')\n_(LABEL)\n_(row.label)\n_(label_of(row))\n",
    )

    assert set(extraction.messages(tmp_path)) == {Message("word")}


def test_tests_and_migrations_are_not_read(tmp_path):
    for folder in ("tests", "app/migrations", ".venv/lib"):
        write(tmp_path, f"{folder}/words.py", "_('not this')\n")

    assert extraction.messages(tmp_path) == {}


def test_faults_name_each_kind():
    used = {Message(text): ["a.py"] for text in ("new", "empty", "fuzzy", "%(n)s days", "good")}
    known = [
        entry("empty", ""),
        entry("fuzzy", "글", flags=["fuzzy"]),
        entry("%(n)s days", "며칠"),
        entry("good", "좋음"),
        entry("gone", "없음"),
    ]

    found = list(catalogue.faults(used, {catalogue.key(one): one for one in known}))

    assert found == [
        "placeholders: '%(n)s days': ['%(n)s'] became []",
        "missing: 'empty' (a.py)",
        "fuzzy: 'fuzzy' (a.py)",
        "missing: 'new' (a.py)",
        "obsolete: 'gone'",
    ]


def test_update_keeps_known_adds_new_and_drops_unused():
    known = {catalogue.key(one): one for one in (entry("kept", "둠"), entry("gone", "없음"))}

    entries = catalogue.updated([Message("kept"), Message("one", None, "many")], known)

    assert [(one.msgid, catalogue.translation(one)) for one in entries] == [
        ("kept", "둠"),
        ("one", ""),
    ]


def test_merge_takes_fragments_and_reports_changes():
    known = {Message("a"): entry("a", "가"), Message("b"): entry("b", "나")}
    fragment = {
        Message("a"): entry("a", "갸"),
        Message("b"): entry("b", ""),
        Message("c"): entry("c", "다"),
    }

    merged, changes = catalogue.merged(known, fragment)

    assert {one.msgid: one.msgstr for one in merged.values()} == {"a": "갸", "b": "나", "c": "다"}
    assert changes == ["'a': '가' became '갸'"]


def test_compiled_catalogue_is_read_by_gettext(tmp_path):
    path = tmp_path / "ko" / "LC_MESSAGES" / "django.po"
    plural = polib.POEntry(msgid="one", msgid_plural="many", msgstr_plural={0: "여럿"})
    catalogue.write(path, [entry("word", "낱말"), plural])

    count = catalogue.compile_all(tmp_path)

    compiled = {
        one.msgid: catalogue.translation(one) for one in polib.mofile(str(path.with_suffix(".mo")))
    }
    assert (count, compiled) == (1, {"word": "낱말", "one": "여럿"})
