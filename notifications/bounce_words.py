"""The words by which mail servers say that a mail did not arrive, in Korean and English; pure."""

from __future__ import annotations

import html
import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Where the returned mail begins in a report without parts.
_CUT = re.compile(
    r"^[ \t]*-{2,}[^\n]*(?:below this line|original message|copy of the message|"
    r"원본 ?(?:메일|메시지))[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FAILED = _any(
    r"undeliver(?:able|ed)",
    r"delivery (?:status notification|has failed|failed|failure|to the following)",
    r"mail delivery (?:failed|system|failure|subsystem)",
    r"returned (?:mail|to sender)",
    r"(?:could|couldn't|could not|can't|cannot|can not|wasn't|was not) be? ?delivered",
    r"couldn't be delivered",
    r"failure notice",
    r"배달되지 (?:않음|않았|못)",
    r"배달하지 못",
    r"(?:메일|메시지)(?:을|를|이|가)? ?(?:전송|발송|전달|배달)(?:이|을|에|하지|되지)? ?"
    r"(?:실패|못|불가|않)",
    r"(?:전송|발송|전달|배달)(?:에|이)? ?실패",
    r"(?:전송|발송|전달|배달) ?(?:불가|되지 (?:못|않))",
    r"반송",
)
_DELAYED = _any(
    r"delayed",
    r"will (?:continue to|keep) (?:try|retry)",
    r"not yet been delivered",
    r"delivery is delayed",
    r"배달이? ?지연",
    r"(?:전송|발송|전달)이? ?지연",
    r"계속 (?:재)?시도",
)
_UNKNOWN_USER = _any(
    r"user (?:unknown|not found|doesn't exist)",
    r"unknown (?:user|recipient|address|mailbox)",
    r"no such (?:user|mailbox|recipient|address|account|person|domain)",
    r"(?:recipient|mailbox|address|account|user)[^.\n]{0,40}"
    r"(?:does not|doesn't|could ?n[o']t|wasn't|was not|not) (?:exist|be found|found)",
    r"no (?:mailbox|user) here",
    r"invalid (?:recipient|mailbox|address)",
    r"mailbox (?:unavailable|disabled|inactive)",
    r"account (?:has been |is )?(?:disabled|inactive|deactivated)",
    r"domain[^.\n]{0,40}(?:not found|does(?:n't| not) exist)",
    r"(?:존재하지|있지) ?않는 ?(?:사용자|수신자|계정|메일|이메일|주소|아이디|도메인)",
    r"(?:사용자|수신자|계정|주소|아이디|도메인|사서함)[^.\n]{0,30}"
    r"(?:존재하지 ?않|찾을 수 없|없는|없습니다|없음)",
    r"(?:휴면|탈퇴|해지|이용 ?정지|사용 ?중지)(?:된|한|중인)? ?(?:계정|회원|아이디|사용자|메일)",
)
# However final they sound: the mail did not fit or was not liked, and the address stands.
_PASSING = _any(
    r"mail ?box[^.\n]{0,20}(?:is |was )?full",
    r"(?:over|exceed\w*)[^.\n]{0,30}quota",
    r"quota[^.\n]{0,30}(?:exceed|full|over)",
    r"insufficient (?:system )?storage",
    r"too (?:large|big)",
    r"(?:message|mail) size",
    r"try (?:again )?later",
    r"temporar(?:y|ily)",
    r"greylist",
    r"(?:considered|detected as|identified as|suspected|as) spam",
    r"spam (?:message|content|policy)",
    r"block(?:ed|list)",
    r"blacklist",
    r"\bpolicy\b",
    r"\bdmarc\b",
    r"\bspf\b",
    r"too many",
    r"rate limit",
    r"(?:사서함|메일함|편지함|메일 ?용량|저장 ?용량|저장 ?공간|용량)[^.\n]{0,30}"
    r"(?:가득|초과|부족|꽉)",
    r"스팸",
    r"일시적",
    r"잠시 후",
    r"수신 ?거부",
    r"수신 ?차단",
)
_ABSENCE = _any(
    r"out of (?:the )?office",
    r"automatic reply",
    r"auto(?:matic)?[- ]?(?:reply|response)",
    r"on (?:annual )?(?:leave|vacation|holiday)",
    r"부재 ?중",
    r"자동 ?(?:응답|회신)",
    r"휴가",
)
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^@<>]*>", re.DOTALL | re.IGNORECASE)
# What introduces the server's reason in the prose.
_REASON = re.compile(
    r"(?:사유|이유|원인|오류|reason|remote server (?:returned|said)|error|diagnostic\w*[^\n]*)"
    r"[ \t]*[:：][ \t]*\n?[ \t]*(\S[^\n]{3,300})",
    re.IGNORECASE,
)


def before_the_returned(text: str) -> str:
    """What the server wrote itself, without the mail that it returns below."""
    found = _CUT.search(text)
    return text[: found.start()] if found else text


def says_failed(text: str) -> bool:
    """Whether the words say that a mail did not arrive."""
    return bool(_FAILED.search(text))


def says_delayed(text: str) -> bool:
    """Whether the server goes on trying."""
    return bool(_DELAYED.search(text))


def is_unknown_user(text: str) -> bool:
    """Whether nobody has this address, by the words."""
    return bool(_UNKNOWN_USER.search(text))


def is_passing(text: str) -> bool:
    """Whether the obstacle may pass: a full mailbox, a size, a suspicion, a bad moment."""
    return bool(_PASSING.search(text))


def is_absence(subject: str, text: str) -> bool:
    """Whether the reader is only away: the mail has arrived."""
    if says_failed(subject):
        return False
    return bool(_ABSENCE.search(subject)) or (bool(_ABSENCE.search(text)) and not says_failed(text))


def reason(text: str) -> str:
    """The server's reason out of its prose: what it names as such, else the first telling line."""
    if found := _REASON.search(text):
        return found[1].strip()
    for line in text.splitlines():
        if is_unknown_user(line) or is_passing(line):
            return line.strip()
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def without_tags(text: str) -> str:
    """The words of a page, without its markup; addresses in angle brackets stay."""
    text = re.sub(r"</th\b[^>]*>", ": ", text, flags=re.IGNORECASE)
    spaced = re.sub(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", "\n", text, flags=re.IGNORECASE)
    return html.unescape(_TAG.sub(" ", spaced))
