"""A whole portal for the browser: the set-up and the launcher that a newcomer gets."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.sink import Mail, Sink
from tests.processes import ROOT, environment, wait_until

PASSWORD = "demo-portal-2026"


class Portal:
    """`manage.py prepare` and `manage.py up` on a data folder of their own, and its mail server."""

    def __init__(self, data: Path, sink: Sink, **more: str) -> None:
        self.sink = sink
        self.env = environment(data) | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"} | more
        assets = Path(os.environ.get("ASSETS_DIR") or ROOT / "var" / "assets")
        if assets.is_dir():
            self.env["ASSETS_DIR"] = str(assets)
        self._log = data / "up.log"
        self._manage("prepare")
        with self._log.open("wb") as log:
            self._launcher = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", "0"],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.url = self._address()

    def _manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            check=False,
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _address(self) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._launcher.poll() is None:
            match = re.search(r"The portal is up: (\S+)/", self.log())
            if match:
                return match[1]
            time.sleep(0.1)
        raise AssertionError(self.log())

    def log(self) -> str:
        """What the processes wrote."""
        return self._log.read_text("utf-8", "replace")

    def python(self, code: str) -> str:
        """Run lines of Python inside the portal; what they print."""
        return self._manage("shell", "-v0", "-c", code).strip()

    def stop(self) -> None:
        """End the launcher and with it everything."""
        if self._launcher.poll() is None:
            self._launcher.terminate()
            self._launcher.wait(timeout=20)

    def mail(self, to: str, subject: str, seconds: float = 30) -> Mail:
        """The newest mail to an address whose subject contains these words, once it is there."""

        def found() -> list[Mail]:
            return [
                mail
                for mail in list(self.sink.mails)
                if to in mail.to and subject in str(mail.parsed["Subject"])
            ]

        subjects = [(mail.to, str(mail.parsed["Subject"])) for mail in self.sink.mails]
        wait_until(found, seconds, f"a mail “{subject}” to {to}; there: {subjects}\n{self.log()}")
        return found()[-1]

    def link(self, mail: Mail) -> str:
        """The portal's address in a mail's text, as a reader copies it."""
        text = mail.parsed.get_body(("plain",)).get_content()
        match = re.search(re.escape(self.url) + r"\S+", text)
        assert match, text
        return match[0].rstrip(".,)>")
