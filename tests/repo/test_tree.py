"""What the repository promises about itself."""

import json
import re
from io import StringIO
from pathlib import Path

import crispy_forms
import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, VariableDoesNotExist, engines
from django.template.base import Origin, Template
from django.template.loaders.app_directories import get_app_template_dirs
from django.urls import URLPattern, URLResolver, get_resolver

from portal import extraction, generated

ROOT = settings.BASE_DIR


def test_migrations_are_current(db):
    said = StringIO()

    call_command("makemigrations", check_changes=True, dry_run=True, stdout=said)

    assert said.getvalue() == "No changes detected\n"


def test_generated_documents_are_current():
    assert sorted(generated.outdated(ROOT)) == []


def our_templates():
    for folder in (ROOT / "templates", *(ROOT / app for app in ROOT.glob("*/templates"))):
        for path in folder.rglob("*"):
            if path.is_file():
                yield path.relative_to(folder).as_posix()


def replaced(name):
    """Whether the template takes the place of one that Django or a library brings."""
    return any(
        (Path(folder) / name).exists()
        for folder in get_app_template_dirs("templates")
        if not Path(folder).is_relative_to(ROOT) or ".venv" in Path(folder).parts
    )


def named_in(texts):
    """Patterns of all template names in literals; a placeholder stands for anything."""
    patterns = set()
    for text in texts:
        for name in re.findall(
            r"""["']([\w{}%./ \[\]()!:-]+\.(?:html|txt|md|xml|svg))["']""", text
        ):
            part = re.sub(r"\{[^{}]*\}|%s|%\(\w+\)s", "\0", name)
            patterns.add(re.escape(part).replace("\0", "[^/]+"))
    return patterns


def unused(names, texts):
    patterns = re.compile("|".join(named_in(texts)) or "$^")
    return sorted(name for name in names if not patterns.fullmatch(name))


def test_no_template_is_unused():
    texts = [path.read_text("utf-8") for path in extraction.sources(ROOT)]
    pack = Path(crispy_forms.__file__).parent.rglob("*.py")
    texts += [path.read_text("utf-8").replace("%s/", "krds/") for path in pack]

    # Notices are found by their kind; the tests of notifications hold them complete.
    names = [name for name in our_templates() if not name.startswith("notices/")]

    assert unused([name for name in names if not replaced(name)], texts) == []


def test_unused_template_is_seen():
    texts = ['render(request, "a/page.html")', 'f"mail/{kind}.txt"']

    assert unused(["a/page.html", "a/lost.html", "mail/receipt.txt"], texts) == ["a/lost.html"]


def url_names(patterns, prefix=""):
    """Every address with its view: name, or the address where it has no name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            yield prefix + (pattern.name or str(pattern.pattern)), pattern.callback


def test_public_addresses_are_exactly_the_listed_ones():
    listed = (ROOT / "tests" / "repo" / "public_urls.txt").read_text("utf-8").split()

    public = {
        name
        for name, view in url_names(get_resolver().url_patterns)
        if getattr(view, "login_required", True) is False
    }

    assert sorted(public) == listed


LOCKS = ["requirements.txt", "requirements-node.txt", "requirements-postgres.txt"]
LOCKS += ["tests/requirements.txt", "package-lock.json"]


def places(text):
    """Lines of a lock that say where a package comes from."""
    return [
        line.strip()
        for line in text.splitlines()
        if re.search(
            r"""--(?:extra-)?index[-]url|--find-links|"resolved"|@ ?https?:|file:|-[rc] /""", line
        )
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_place(name):
    assert places((ROOT / name).read_text("utf-8")) == []


def test_place_in_a_lock_is_seen():
    text = "--index" + '-url https://example.org/\n"resolved": "x"\na==1\n# via -r /home/x'

    assert len(places(text)) == 3


@pytest.mark.parametrize("name", [name for name in LOCKS if name.endswith(".txt")])
def test_every_locked_package_has_hashes(name):
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")

    pins = re.findall(r"^[\w.\[\]-]+==.*$", text, re.MULTILINE)

    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert pins != []


def test_npm_lock_has_integrity_for_every_package():
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]

    without = [name for name, facts in packages.items() if name and "integrity" not in facts]

    assert without == []


def test_every_setting_is_explained():
    text = (ROOT / "portal" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"""(?:env\.\w+|flag)\(\s*"([A-Z_]+)\"""", text))
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")

    explained = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))

    assert sorted(read - explained) == []


def test_every_locked_package_is_named_with_its_licence():
    page = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    named = {name.lower() for name in re.findall(r"^\| ([\w.-]+) \|", page, re.MULTILINE)}

    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))

    assert sorted(locked - named) == []


def test_undefined_template_variable_fails():
    engine = engines["django"].engine
    ours = Template(
        "{{ nothing }}", origin=Origin(str(ROOT / "templates" / "x.html")), engine=engine
    )
    foreign = Template("{{ nothing }}", origin=Origin("/elsewhere/x.html"), engine=engine)
    with pytest.raises(VariableDoesNotExist, match=r"templates/x\.html:1: nothing is undefined"):
        ours.render(Context())
    assert foreign.render(Context()) == ""
