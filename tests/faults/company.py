"""A company's browser without a browser: files over a line that may break, and tries again."""

import http.client
import re
import time
import uuid
from dataclasses import dataclass, field

from intake import consents

NUMBER = re.compile(r"GT-\d{4}-\d{6,9}-\d")
TOKEN = "a" * 32
BOUNDARY = "----one-line-between-parts"
ANSWERS = {
    "title": "하이퐁 항에서 화장품이 보류되었습니다",
    "country": "VN",
    "category": "unknown",
    "situation": "하이퐁 항에서 9일째 보류되어 있습니다.",
    "problem": "보관료가 늘고 있습니다.",
    "request": "필요한 서류를 알려 주시기 바랍니다.",
    "company_name": "한빛수출",
    "business_number": "9998100000",
    "province": "KR-41",
    "contact_name": "홍길동",
    "contact_phone": "010-9137-0000",
    "contact_email": "clerk@hanbit.example",
    "visibility": "named",
    "action": "check",
    **{f"consent_{text.kind}": "yes" for text in consents.CONSENTS},
}
PAPER = ("명세서.txt", "text/plain", ("품목 3304.99 기초 화장품 2,400개\n" * 4000).encode())


class LineError(Exception):
    """No whole answer came."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Company:
    """Fills in the form and sends it; `fresh_keys` makes it the naive client of the control."""

    port: int
    email: str = ANSWERS["contact_email"]
    fresh_keys: bool = False
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    timeout: float = 30
    filled_in: bool = False

    def body(self) -> bytes:
        """The form as a browser sends it."""
        said = ANSWERS | {
            "contact_email": self.email,
            "key": str(self.key),
            "csrfmiddlewaretoken": TOKEN,
        }
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in said.items()
        ]
        sent = "".join(parts).encode()
        for name, kind, content in self.files:
            head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; '
            head += f'filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
            sent += head.encode() + content + b"\r\n"
        return sent + f"--{BOUNDARY}--\r\n".encode()

    def request(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        """One request on a line of its own; raises LineError when it breaks."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        headers = {"Cookie": f"csrftoken={TOKEN}", "Connection": "close"}
        if kind:
            headers["Content-Type"] = kind
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return Answer(answer.status, dict(answer.getheaders()), text)
        except (OSError, http.client.HTTPException) as error:
            raise LineError(str(error)) from error
        finally:
            line.close()

    def fill_in(self) -> Answer:
        """Send the form with its files."""
        return self.request(
            "POST", "/file/", self.body(), f"multipart/form-data; boundary={BOUNDARY}"
        )

    def confirm(self) -> Answer:
        """Press the button of the check page."""
        return self.request(
            "POST",
            "/file/submit/",
            f"key={self.key}&csrfmiddlewaretoken={TOKEN}".encode(),
            "application/x-www-form-urlencoded",
        )

    def file_once(self) -> str:
        """From where it stands to the receipt, as a browser goes on; the number that it shows."""
        if not self.filled_in:
            sent = self.fill_in()
            if sent.status != 302 or "/check/" not in sent.headers["Location"]:
                raise LineError(f"{sent.status} for the form")
            self.filled_in = True
        done = self.confirm()
        if done.status != 302:
            raise LineError(f"{done.status} for the filing")
        shown = self.request("GET", done.headers["Location"])
        number = NUMBER.search(shown.text)
        if shown.status != 200 or number is None:
            raise LineError(f"{shown.status} for the receipt")
        return number[0]

    def file(self, seconds: float = 90) -> str:
        """Try until a receipt is shown."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.file_once()
            except LineError:
                if time.monotonic() > end:
                    raise
                if self.fresh_keys:
                    self.key, self.filled_in = uuid.uuid4(), False
                time.sleep(0.2)
