"""The KRDS parts: fetched by npm at set-up, never part of the repository (THIRD_PARTY.md)."""

import gzip
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import libraries
from steps import ROOT, SETUP, SetupError, Stamp, command, only_one, step, warn

LOCKS = [ROOT / "package.json", ROOT / "package-lock.json"]
WITHOUT = (
    "The KRDS look could not be fetched; the pages stay usable with their plain look, and the "
    "next start tries again. Why:"
)


def krds(assets: Path) -> None:
    """Put the KRDS style sheets, icons and fonts into `assets`, or say why not and go on."""
    ready = assets / "krds" / "css" / "component" / "output.css"
    stamp = Stamp(assets.parent / "stamps" / "assets", [*LOCKS, Path(__file__)])
    if ready.is_file() and stamp.current():
        return
    try:
        with step("Fetching the KRDS style sheets, icons and fonts"):
            _copy(npm(SETUP / "npm", "--omit=dev") / "krds-uiux", assets / "krds")
            stamp.set()
    except SetupError as problem:
        warn(f"{WITHOUT}\n{problem}")


def npm(folder: Path, *options: str, locks: list[Path] = LOCKS) -> Path:
    """`npm ci` of the locked parts in `folder`; answers its node_modules."""
    stamp = Stamp(folder / "stamp", [*locks, *options])
    modules = folder / "node_modules"
    if modules.is_dir() and stamp.current():
        return modules
    env = environment()
    program = shutil.which("npm", path=env["PATH"])
    with only_one():
        if modules.is_dir() and stamp.current():
            return modules
        folder.mkdir(parents=True, exist_ok=True)
        for lock in locks:
            shutil.copyfile(lock, folder / lock.name)
        command(
            [program or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *options],
            what="npm ci",
            env=env,
            cwd=folder,
        )
        stamp.set()
    return modules


def environment() -> dict[str, str]:
    """The environment in which `node` and `npm` are found, installed for it when need be."""
    env = os.environ | {
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retries": "1",
        "npm_config_fetch_retry_mintimeout": "1000",
    }
    home = Path(env.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):
        env["npm_config_cache"] = str(SETUP / "npm-cache")
    if not _usable_npm(env):
        lock = ROOT / "requirements-node.txt"
        python = libraries.locked(ROOT / ".venv-node", [lock], "Installing Node for the set-up")
        env["PATH"] = f"{python.parent}{os.pathsep}{env.get('PATH', '')}"
    return env


def _usable_npm(env: dict[str, str]) -> bool:
    """Whether PATH has an npm that reads our lock file and a Node that runs the checks."""
    try:
        answer = subprocess.run(
            ["node", "--version"], env=env, capture_output=True, text=True, check=True
        )
        subprocess.run(["npm", "--version"], env=env, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    major, minor = (int(part) for part in answer.stdout.strip().lstrip("v").split(".")[:2])
    return (major, minor) >= (20, 6) or (major == 18 and minor >= 19)


def _copy(package: Path, target: Path) -> None:
    """Copy what the pages use, beside its place and then with one rename."""
    source = package / "resources"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".krds-") as temporary:
        new = Path(temporary) / "krds"
        for sheet in ("css/token/krds_tokens.css", "css/component/output.css"):
            text = (source / sheet).read_text("utf-8")
            # The map is not copied; a manifest storage would stop at the dangling reference.
            text = re.sub(r"/\*# sourceMappingURL=.*?\*/\s*", "", text)
            (new / sheet).parent.mkdir(parents=True, exist_ok=True)
            (new / sheet).write_text(text, "utf-8")
            # Served instead to browsers that take it: half a megabyte less on a slow line.
            (new / f"{sheet}.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
        shutil.copytree(source / "img/component/icon", new / "img/component/icon")
        (new / "fonts").mkdir()
        for font in sorted((source / "fonts").glob("*.woff2")):
            shutil.copyfile(font, new / "fonts" / font.name)
        _all_resolve(new)
        if target.exists():
            target.rename(Path(temporary) / "old")
        new.rename(target)
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def _all_resolve(folder: Path) -> None:
    """Stop when a style sheet names a file that is not there."""
    missing = [
        f"{sheet.relative_to(folder)}: {url}"
        for sheet in sorted(folder.rglob("*.css"))
        for url in re.findall(r"""url\(\s*["']?([^"')]+)""", sheet.read_text("utf-8"))
        if not url.startswith("data:") and not (sheet.parent / url).is_file()
    ]
    if missing:
        raise SetupError("The KRDS package lacks files that it names:\n" + "\n".join(missing[:10]))
