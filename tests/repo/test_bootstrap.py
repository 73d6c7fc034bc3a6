"""The set-up's own rules, without installing anything."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "bin" / "bootstrap"


@pytest.fixture
def bootstrap(monkeypatch, tmp_path):
    """The set-up's modules, which are scripts of their own and not part of the portal."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import assets
    import launch
    import stages
    import steps

    monkeypatch.setattr(steps, "SETUP", tmp_path / "setup")
    yield {"assets": assets, "launch": launch, "stages": stages, "steps": steps}
    for name in [path.stem for path in FOLDER.glob("*.py")]:
        sys.modules.pop(name, None)


def test_stamp_is_current_until_an_input_changes(bootstrap, tmp_path):
    Stamp = bootstrap["steps"].Stamp  # noqa: N806
    source = tmp_path / "source"
    source.write_text("one")

    Stamp(tmp_path / "stamp", [source, "option"]).set()
    same = Stamp(tmp_path / "stamp", [source, "option"]).current()
    source.write_text("two")
    other = Stamp(tmp_path / "stamp", [source, "option"]).current()

    assert (same, other) == (True, False)


@pytest.mark.parametrize(
    ("output", "start"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full."),
        ("ERROR: No matching distribution found for amqp==5.4.2", "The package source cannot"),
        ("npm error code EAI_AGAIN", "The package source cannot be reached."),
        ("npm error code EINTEGRITY", "A downloaded package is not the one"),
        ("django.db.utils.OperationalError: timeout", "The database does not answer."),
        ("EACCES: permission denied, mkdir", "This user may not write there."),
        ("something else", "otherwise"),
    ],
)
def test_failure_says_what_to_do(bootstrap, output, start):
    assert bootstrap["steps"].advice(output, "otherwise").startswith(start)


def test_failed_program_becomes_advice_with_its_last_lines(bootstrap):
    steps = bootstrap["steps"]

    with pytest.raises(steps.SetupError) as caught:
        steps.command(
            [sys.executable, "-c", "print('first'); exit(3)"], what="Trying", otherwise="Do."
        )

    assert str(caught.value) == "Trying failed (exit code 3):\n    first\nDo."


def test_second_holder_of_a_lock_is_told(bootstrap, tmp_path):
    hold = bootstrap["steps"].hold

    first = hold(tmp_path / "lock", wait=None)
    second = hold(tmp_path / "lock", wait=None)
    os.close(first)
    third = hold(tmp_path / "lock", wait=None)
    os.close(third)

    assert second is None


def package(folder):
    """A package laid out as krds-uiux is, with one icon."""
    for name, text in {
        "css/token/krds_tokens.css": ":root { --a: 1 }\n",
        "css/component/output.css": (
            '@import "../../css/token/krds_tokens.css";\n'
            ".a { mask: url(../../img/component/icon/a.svg) }\n"
            "/*# sourceMappingURL=output.css.map */\n"
        ),
        "img/component/icon/a.svg": "<svg/>",
        "fonts/One.woff2": "font",
        "fonts/One.woff": "not taken",
        "js/all.js": "not taken",
    }.items():
        path = folder / "resources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_krds_copy_takes_only_what_pages_use(bootstrap, tmp_path):
    target = tmp_path / "assets" / "krds"

    bootstrap["assets"]._copy(package(tmp_path / "package"), target)

    copied = sorted(path.relative_to(target).as_posix() for path in target.rglob("*.*"))
    assert copied == [
        "css/component/output.css",
        "css/component/output.css.gz",
        "css/token/krds_tokens.css",
        "css/token/krds_tokens.css.gz",
        "fonts/One.woff2",
        "img/component/icon/a.svg",
    ]
    assert "sourceMappingURL" not in (target / "css/component/output.css").read_text()


def test_krds_copy_replaces_an_older_one_and_refuses_dangling_references(bootstrap, tmp_path):
    source, target = package(tmp_path / "package"), tmp_path / "assets" / "krds"
    bootstrap["assets"]._copy(source, target)
    (source / "resources/img/component/icon/a.svg").rename(source / "b.svg")

    with pytest.raises(bootstrap["steps"].SetupError, match=r"output\.css: .*a\.svg"):
        bootstrap["assets"]._copy(source, target)

    assert (target / "img/component/icon/a.svg").is_file()
    assert [path.name for path in target.parent.iterdir()] == ["krds"]


def test_secret_key_is_made_once_and_private(bootstrap, tmp_path):
    make = bootstrap["launch"]._secret_key

    make(tmp_path, {})
    first = (tmp_path / "secret_key").read_text()
    make(tmp_path, {})

    assert (tmp_path / "secret_key").read_text() == first
    assert (len(first) >= 64, (tmp_path / "secret_key").stat().st_mode & 0o777) == (True, 0o600)


def test_every_stage_counts_and_a_failure_is_the_end_result(bootstrap, capsys):
    stages, steps = bootstrap["stages"], bootstrap["steps"]
    run = stages.Run()

    def fail():
        raise steps.SetupError("broken")

    run.stage("good", lambda: None)
    run.stage("bad", fail)
    run.counts.update({"passed": 3, "skipped": 1})
    code = run.close()

    assert (code, capsys.readouterr().out.splitlines()[-1]) == (1, "3 passed, 0 failed, 1 skipped")


def test_shim_names_the_python_it_needs(tmp_path):
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(f"/bin/{name}" if name == "sh" else "/usr/bin/dirname")
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)

    done = subprocess.run(
        ["/bin/sh", str(settings.BASE_DIR / "bin" / "run")],
        env={"PATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == (
        "The portal needs Python 3.11 or newer; PATH has Python 3.9.2."
    )
