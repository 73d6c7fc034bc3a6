"""What somebody wrote anew in a mail, apart from the mail they answer and from their signature.

Nothing is thrown away: the rest is kept beside it. Our own patterns read Korean and English mail
programs line by line; for other languages the patterns of mail-parser-reply are asked about a few
lines at a time, since over a whole hostile mail they run for minutes.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from mailparser_reply.parser import EmailMessage

from notifications.incoming.pages import HEAD

LINES_AT_MOST = 5000
_WIDE = 400
_SEPARATOR = re.compile(
    r"\A[\s>]*[-=_*─━]{2,}\s*(?:original\s*(?:message|appointment)|forwarded\s*(?:message|by)"
    r"|원본\s*(?:메시지|메일|이메일)|전달(?:된|한)?\s*(?:메시지|메일|이메일))[^\n]{0,80}\Z"
    r"|\A\s*(?:begin forwarded message|전달된 메시지 시작|전달된 메시지)\s*:\s*\Z",
    re.IGNORECASE,
)
_RULE = re.compile(r"\A\s*[_\-─━=]{8,}\s*\Z")
# Who sent the earlier mail, as the first line of its head.
_FROM = re.compile(
    r"\A[\s*>]*(?:from|보낸\s*사람|보낸\s*이|보낸이|발신(?:인|자)?|sender)\s*\*?\s*[:：]",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\A[\s*>]*(?:sent|date|to|cc|subject|보낸\s*(?:날짜|시간|일시)|받는\s*(?:사람|이)|받는이|참조|제목"
    r"|날짜|일시|수신(?:인|자)?|발신\s*일시)\s*\*?\s*[:：]",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\A\s*(?:on\s+\S|\d{4}\s*(?:년|[.\-/])|\d{1,2}\s*월|\d{2}[.\-/]\d{1,2}[.\-/]"
    r"|(?:am|le|el|il|op|den|em)\s)",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:wrote|writes|작성|작성했습니다|작성하였습니다|쓴\s*글|썼습니다|썼음|썼다|보냄)\s*[:：]\s*\Z",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}|\d{1,2}[.:/]\d{1,2}")
_QUOTED = re.compile(r"\A\s*[>|｜]")
_FROM_PHONE = re.compile(
    r"\A\s*(?:sent (?:from|via) |get outlook for "
    r"|(?:나의|내|제)\s*(?:iphone|ipad|galaxy|갤럭시|휴대폰|휴대전화)"
    r"|(?:삼성\s*|samsung\s*)?(?:galaxy|갤럭시)[^\n]{0,30}에서\s*보(?:냄|낸|냈)"
    r"|(?:ios|android)용 outlook"
    r"|(?:네이버|다음|카카오|한메일|gmail|지메일)\s*(?:메일)?\s*(?:앱|app)?\s*에서\s*보(?:냄|낸|냈)"
    r"|iphone에서\s*보(?:냄|낸)|ipad에서\s*보(?:냄|낸))",
    re.IGNORECASE,
)
_DASHES = re.compile(r"\A--\s?\Z")
_CONTACT = re.compile(
    r"(?:\b(?:tel|fax|mobile|phone|cell|e-?mail|web|homepage|t|m|f|e|h\.?p)\s*[.:)\]]"
    r"|전화|팩스|휴대(?:폰|전화)|이메일|홈페이지|주소\s*[:：]|직통|내선"
    r"|\+?\d{2,4}[-.) ]{1,2}\d{3,4}[-. ]\d{4}|[\w.+-]{1,64}@[\w-]{1,60}\.|www\.|https?://"
    r"|(?:특별시|광역시|[가-힣]{2,}[시도])\s+[가-힣]{1,8}(?:시|군|구)\s)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?:니다|세요|시오|까요|습니까|네요|어요|아요|해요|입니다만)[.!?~ ]*\Z|[.?!]\Z"
)
_CONFIDENTIAL = re.compile(
    r"(?:(?:본|이)\s*(?:메일|이메일|전자우편|메시지)[^\n]{0,60}(?:비밀|기밀|수신인|지정된|법적|무단|대외비)"
    r"|this (?:e-?mail|message)[^\n]{0,80}(?:confidential|privileged|intended)"
    r"|confidentiality notice)",
    re.IGNORECASE,
)
_LANGUAGES = ["de", "es", "fr", "it", "ja", "ko", "nl", "pl", "zh"]


@dataclass(frozen=True)
class Words:
    """What is new, and the rest of the mail as it stood."""

    text: str
    rest: str


def split(text: str) -> Words:
    """The new words of a mail, and everything else of it."""
    lines = text.strip("\n").split("\n")
    if len(lines) > LINES_AT_MOST:
        lines, late = lines[:LINES_AT_MOST], lines[LINES_AT_MOST:]
    else:
        late = []
    place, after = _earlier_mail(lines)
    above, below = lines[:place], lines[place:]
    answers = _answers(below[after:]) if after else []
    if not after and _has_quotes(above):
        # No head: quotations alone, perhaps with answers between them.
        above, folded = _without_quotes(above)
        below = folded + below
    new, signature = _without_signature(above)
    if answers:
        answers, closing = _without_signature(answers)
        signature = signature + closing
        new = [*new, "", *answers] if any(one.strip() for one in new) else answers
    rest = [*signature, *below, *late]
    return Words(_joined(new), _joined(rest))


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(one.rstrip() for one in lines)).strip("\n ")


def _earlier_mail(lines: list[str]) -> tuple[int, int | None]:
    """Where the earlier mail begins, and how many lines its head takes.

    0 lines where the whole rest is the earlier mail; None where no head was found.
    """
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if _SEPARATOR.match(line) or line == HEAD:
            return number, 0
        if _RULE.match(line) and _is_head(lines, _next(lines, number + 1)):
            return number, 0
        if _FROM.match(line) and _is_head(lines, number):
            return number, 0
        if _QUOTED.match(line):
            continue
        taken = _attribution(lines, number)
        if taken:
            return number, taken
    return len(lines), None


def _next(lines: list[str], number: int) -> int:
    """The next line that says something, of the next three."""
    for place in range(number, min(number + 3, len(lines))):
        if lines[place].strip():
            return place
    return len(lines)


def _is_head(lines: list[str], number: int) -> bool:
    """From …, and another field of a head shortly after it."""
    if number >= len(lines) or not _FROM.match(lines[number]):
        return False
    return any(_FIELD.match(line) for line in lines[number + 1 : number + 6])


def _attribution(lines: list[str], number: int) -> int:
    """How many lines say who wrote when ("… wrote:"), beginning here; 0 for none."""
    first = lines[number]
    if len(first) > _WIDE:
        return 0
    if _BEGINS.match(first):
        said = ""
        for count, line in enumerate(lines[number : number + 4], start=1):
            said = f"{said} {line.strip()}"[: _WIDE * 2]
            if _WROTE.search(said) and _DATE.search(said):
                return count
            if not line.strip():
                break
    if first.rstrip().endswith((":", "：")) and _DATE.search(first) and _foreign(first):
        return 1
    return 0


@functools.lru_cache(maxsize=256)
def _foreign(line: str) -> bool:
    """Whether mail-parser-reply knows the line as the head of an earlier mail."""
    head = EmailMessage(text="", languages=list(_LANGUAGES)).HEADER_REGEX
    return bool(head.search(line[:200]))


def _has_quotes(lines: list[str]) -> bool:
    return any(_QUOTED.match(line) for line in lines)


def _without_quotes(lines: list[str]) -> tuple[list[str], list[str]]:
    """Lines without a quotation that stands above or below them; with those answered between."""
    kept = _answers(lines)
    folded = [line for line in lines if _QUOTED.match(line) and line not in kept]
    return kept, folded


_SHOWN = 3


def _answers(lines: list[str]) -> list[str]:
    """What was written below or between quoted lines; a question that is answered stands by it.

    One text below one quotation needs no quotation: it is the answer to the mail.
    """
    blocks: list[tuple[bool, list[str]]] = []
    for line in lines:
        if not line.strip():
            if blocks:
                blocks[-1][1].append(line)
            continue
        quoted = bool(_QUOTED.match(line))
        if not blocks or blocks[-1][0] != quoted:
            blocks.append((quoted, []))
        blocks[-1][1].append(line)
    if not any(quoted for quoted, _lines in blocks):
        # Nothing is marked as quoted: whatever follows is the earlier mail.
        return []
    said = [number for number, (quoted, _lines) in enumerate(blocks) if not quoted]
    inline = len(said) > 1 or (bool(said) and said[-1] != len(blocks) - 1 and said[0] > 0)
    result: list[str] = []
    for number, (quoted, block) in enumerate(blocks):
        if not quoted:
            result += ["", *block]
        elif inline and number + 1 in said:
            asked = [line for line in block if line.strip(" >|")]
            result += ["", *asked[-_SHOWN:]]
    return result


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without signature, the telephone's line and the house's warning; and those."""
    for number, line in enumerate(lines):
        before = any(one.strip() for one in lines[:number])
        if _DASHES.match(line) or _FROM_PHONE.match(line):
            return lines[:number], lines[number:]
        if before and _CONFIDENTIAL.search(line[:_WIDE]):
            return _step_back(lines, number)
        if before and _RULE.match(line) and _is_card(lines[number + 1 :]):
            return lines[:number], lines[number:]
    start = _last_paragraph(lines)
    if start and _is_card(lines[start:]):
        return lines[:start], lines[start:]
    return lines, []


def _step_back(lines: list[str], number: int) -> tuple[list[str], list[str]]:
    """Before a warning stands often a rule, and before that the card."""
    above = lines[:number]
    while above and (not above[-1].strip() or _RULE.match(above[-1])):
        above.pop()
    kept, card = _without_signature(above)
    return kept, [*card, *lines[len(above) :]]


def _last_paragraph(lines: list[str]) -> int:
    """Where the last paragraph begins; 0 where there is only one."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    start = last
    while start and lines[start - 1].strip():
        start -= 1
    # A card is often written in two paragraphs.
    return start


def _is_card(lines: list[str]) -> bool:
    """A visiting card: some short lines, two of which say how to reach somebody."""
    said = [line[:_WIDE] for line in lines if line.strip()]
    if not 2 <= len(said) <= 12:
        return False
    contacts = sum(bool(_CONTACT.search(line)) for line in said)
    sentences = sum(bool(_SENTENCE.search(line.strip())) for line in said)
    return contacts >= 2 and sentences <= len(said) // 3
