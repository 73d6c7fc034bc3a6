"""Names that nobody told us, found by what stands around them. Pure.

Companies by their legal form, people by their titles, addresses, brands, fairs, ports, ships.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from casestudies import kinds
from casestudies.identifiers import Span
from casestudies.known import KOREAN_FORM, LATIN_FORM, SAID, Known, folded

_WORD = r"[가-힣A-Za-z0-9&][가-힣A-Za-z0-9&·.-]{0,24}"
# Of a Korean name only what stands before its particle belongs to it; see `_without_particle`.
_BEFORE_FORM = re.compile(
    rf"(?:{KOREAN_FORM})\s?(?P<name>{_WORD}(?:\s(?=[A-Z])[A-Z][A-Za-z0-9&.-]{{1,20}}){{0,3}})"
)
_BEHIND_FORM = re.compile(
    rf"(?P<name>{_WORD})(?:㈜|㈐|\((?:주|유|합|재|사|유한)\)|（(?:주|유)）|\s?주식회사|\s?유한회사)"
)
# Words that end so are no names before a legal form that begins one.
_NO_NAME = re.compile(r"(?:[은는을를로에서고며의인한된함됨음.,]|입니다|습니다)$")
_LATIN = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z0-9][A-Za-z0-9&'’.-]{0,24}(?:\s&\s|\s|,\s?)){1,6}"
    rf"(?:{LATIN_FORM})"
)
_LATIN_LEAD = re.compile(r"(?<![A-Za-z])(?:PT|CV)\.?\s(?:[A-Z][A-Za-z0-9&.-]{1,20}\s?){1,4}")
_VIETNAMESE = re.compile(
    r"(?:Công ty|Cong ty|CÔNG TY)\s(?:TNHH|CP|cổ phần"
    r"|Co phan)?\s?(?:[A-ZÀ-Ỹ][\wÀ-ỹ&.-]{0,20}\s?){1,6}"
)
_CHINESE = re.compile(
    r"[\u4e00-\u9fff]{2,24}(?:有限公司|股份公司|公司|集团|株式会社|会社)"
    r"|株式会社[\u3040-\u30ff\u4e00-\u9fff]{1,16}"
)
_KOREAN_FOREIGN = re.compile(r"[가-힣A-Za-z]{2,16}(?:유한공사|유한책임공사|집단유한공사)")

_SURNAME = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공"
    "현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용봉사부"
)
_TITLE = (
    "대표이사|대표님|대표|사장님|사장|회장|부회장|부사장|전무|상무|이사|본부장|부장"
    "|차장|과장|대리|주임|사원|팀장|실장|센터장"
    "|지사장|법인장|공장장|소장|매니저|책임|선임|수석|연구원|주무관|사무관|서기관|영사"
    "|관세사|변호사|회계사|씨|님"
)
_PERSON = re.compile(
    rf"(?<![가-힣])(?P<name>[{_SURNAME}][가-힣]{{1,2}})\s?(?P<title>{_TITLE})"
    r"(?=[은는이가을를과와에께의도만로\s,.()·:/님]|입니다|$)"
)
_PERSON_SHORT = re.compile(
    r"(?<![가-힣])(?P<name>[김박최정강조윤장임한오서신권황안송류홍고문양손배백허남심노곽차구민진엄채])\s?"
    r"(?P<title>대표이사|대표님|사장님|대표|사장|부장|차장|과장|대리|팀장|이사님|전무"
    r"|상무)(?!적|자|국|품|단)"
)
_PERSON_LATIN = re.compile(
    r"(?<![A-Za-z])(?:Mr|Ms|Mrs|Miss|Dr|Mme)\b\.?\s?"
    r"[A-Z][A-Za-z'’-]{1,20}(?:[\s-][A-Z][A-Za-z'’-]{1,20}){0,3}"
    r"|(?<![A-Za-z])[A-Z][A-Za-z'’-]{1,20}(?:\s[A-Z][A-Za-z'’-]{1,20}){0,3}"
    r"\s?(?:씨|님|대표|사장|법인장|이사|부장|과장|매니저|변호사)(?![가-힣]{2})"
)
_PERSON_ROLE = re.compile(
    r"(?:담당자|성명|이름|대표자|작성자|연락 담당"
    rf"|바이어 담당)\s?[:：]\s?(?P<name>[{_SURNAME}][가-힣]{{1,3}}"
    rf"|[A-Z][a-z]{{1,15}}(?:\s[A-Z][a-z]{{1,15}}){{1,3}})"
)
_NO_PERSON = re.compile(
    r"(?:팀|부|과|실|처|국|원|소|청|지사|법인|기업|업체|공장|현지|국내|해당|담당|전임"
    r"|신임|여러|우리|구매|인사|사업|기술|연구"
    r"|지역|공동|선임|수석|주임|책임|이번|전체|제품|유통|임원|정책|전문|공인|고문|국선|기존)$"
)

_PROVINCE = (
    r"서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
    r"|충청북|충청남|전라북|전라남|경상북|경상남"
)
# Adverbs and nouns that end like a city or a district.
_NO_CITY = (
    r"(?!(?:반드|즉|역|다|잠|일|동|당|임|수|표|제|실|게|중|무|명|지|혹|출|전|상|고|공|암|필|계)시\s"
    r"|(?:연|요|기|도|강|추|촉|항|입|출|창|인|친|가|신|수|구)구\s)"
)
# Behind a number that counts something, and is no house number.
_COUNTS = (
    r"(?![0-9]|\s?(?:년|월|일|건|개|차|회|번(?!길|지)|명|시간|시|%|퍼센트|만|천|억|주|부|장"
    r"|톤|박스|배|위|단계|종|가지|곳|사|국|원|달러|조|항|호\s?(?:법|고시)))"
)
_ADDRESS = (
    re.compile(
        rf"(?:(?:{_PROVINCE})(?:특별자치시|특별자치도|특별시|광역시|도|시)?\s+)?"
        rf"(?:{_NO_CITY}[가-힣]{{1,4}}(?:시|군|구)\s+){{1,2}}"
        r"(?:[가-힣0-9]{1,8}(?:읍|면|동|가|리)\s*){0,2}"
        r"(?:[가-힣0-9·.]{1,12}(?:대로|로|길)\s?(?:\d{1,4}번?길\s?)?\d{1,5}(?:-\d{1,4})?(?:번지)?"
        rf"{_COUNTS}"
        rf"|[가-힣0-9]{{1,8}}(?:동|리|가)\s?(?:산\s?)?\d{{1,5}}(?:-\d{{1,4}})?(?:번지)?{_COUNTS})"
        r"(?:\s?,?\s?(?:지하\s?)?\d{1,3}층)?(?:\s?,?\s?\d{1,4}동)?(?:\s?,?\s?\d{1,4}호)?"
    ),
    re.compile(
        r"(?<![가-힣])[가-힣]{1,7}(?:대로|[가-힣]로|길)\s?(?:\d{1,4}번?길\s?)?\d{1,4}(?:-\d{1,4})"
    ),
    re.compile(r"(?<![가-힣])[가-힣]{1,8}(?:대로|로)\s?\d{1,4}번?길(?:\s?\d{1,4}(?:-\d{1,3})?)?"),
    re.compile(
        r"[가-힣A-Za-z0-9]{1,15}(?:빌딩|타워|센터|아파트|오피스텔|프라자|플라자"
        r"|밸리)\s?(?:[A-Z가-힣]?동\s?)?\d{1,4}(?:층|호)"
        r"(?:\s?\d{1,4}호)?"
    ),
    re.compile(
        r"[가-힣]{2,12}(?:국가|일반|지방)?(?:산업단지|산단"
        r"|공단)\s?(?:[0-9가-힣A-Z]{1,6}\s?블록|\d{1,4}-?\d{0,4}\s?(?:로트|번지|호))"
    ),
    re.compile(
        r"(?<![A-Za-z0-9])(?:No\.?\s?)?\d{1,5}(?:-\d{1,4})?,?\s(?:[A-Z][A-Za-z0-9'-]{1,20}\s){1,4}"
        r"(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Drive|Way|ro|gil|daero)\b\.?"
    ),
    re.compile(
        r"(?<![A-Za-z0-9])\d{1,5}(?:beon-gil)?,?\s[A-Z][A-Za-z0-9]{1,20}-(?:ro|gil"
        r"|daero)(?:\s?\d{1,4}(?:beon-gil)?)?"
    ),
    re.compile(r"(?<!\d)(?:우편번호\s?[:：]?\s?|\(우\)?\s?)\d{5}(?!\d)|\(\d{5}\)"),
)

_QUOTED = re.compile(
    r"“([^“”\n]{2,30})”|‘([^‘’\n]{2,30})’|\"([^\"\n]{2,30})\"|'([^'\n]{2,30})'"
    r"|「([^」\n]{2,30})」|『([^』\n]{2,30})』"
    r"|《([^》\n]{2,30})》|〈([^〉\n]{2,30})〉"
)
_BRAND_NEAR = re.compile(
    r"브랜드|상표|제품명|제품|상품명|상호|모델|brand|trademark|product", re.IGNORECASE
)
# What is quoted of papers, rules and refusals names nobody.
_NO_BRAND = re.compile(
    r"(?:다|요|음|함|됨|임|까|오|것|등)[.!?]?$|서류|증명|신고|등록|인증|통관|보류|반송"
    r"|불가|추가|필요|규정|법|고시|절차|기준|심사|검사|세번|코드|분류|애로|시연"
    r"|certificate|regulation|required|document|customs|hold",
    re.IGNORECASE,
)
_BRAND_MARK = re.compile(r"[A-Za-z0-9가-힣&-]{2,25}\s?(?:®|™|\(R\)|\(TM\))")
_BRAND_SAID = re.compile(
    r"(?:브랜드명?|상표명?|제품명|상품명|상호|brand name"
    r"|brand)\s?[:：]\s?(?P<name>[A-Za-z0-9가-힣][A-Za-z0-9가-힣 &-]{1,24}[A-Za-z0-9가-힣])",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"(?:모델(?:명|번호)?|품번|형식(?:명|번호)?|제품번호|품목번호|모델코드|model|S/N"
    r"|serial|시리얼|일련번호|lot|로트|part\s?no|P/N|SKU)"
    r"(?:\s?(?:번호|No\.?|Number"
    r"|코드))?\s?[:：#]?\s?(?P<code>[A-Z0-9](?=[A-Z0-9./_-]{0,24}[0-9])[A-Z0-9./_-]{1,24}[A-Z0-9])"
    r"|(?<![A-Za-z0-9.-])(?P<bare>[A-Z]{1,5}-?\d{2,6}[A-Z]{0,4}(?:-[A-Z0-9]{1,6}){0,3})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_STANDARD = re.compile(
    r"(?:ISO|IEC|EN|KS|KC|UL|CSA|ASTM|CFR|FDA|HS|FTA|GMP|ANSI|BS|DIN|JIS|GB|TCVN|QCVN"
    r"|SNI|TISI|EAC|TR|CU|UN|IP|EMC|ECE|OECD"
    r"|COVID|ATA|EUR|CE|E|PM|B2|H|RoHS|SASO|IMO|KN|NOM|NMX|IS|MS|SS|PNS|IRAM|NBR|EO|SPS|TBT)-?\d.*",
    re.IGNORECASE,
)
_BOOTH = re.compile(
    r"(?:부스|booth|stand|전시관|홀|hall)\s?(?:번호|no\.?"
    r"|number)?\s?[:：#]?\s?[A-Z]?\d?[A-Z]?-?\d{1,5}[A-Z]?(?:호|번)?"
    r"|(?<![A-Za-z0-9])[A-Z]?\d{1,2}?홀\s?[A-Z]?-?\d{1,4}(?:번)?\s?부스",
    re.IGNORECASE,
)
_FAIR = re.compile(
    r"(?:(?:19|20)\d{2}\s?년?\s)?(?:(?:[A-Z][A-Za-z0-9&'-]{1,20}"
    r"|[가-힣]{2,10})\s)?(?P<own>[A-Za-z가-힣0-9&]{0,16}?)"
    r"\s?(?:전시회|박람회|엑스포|(?<![A-Za-z])EXPO|(?<![A-Za-z])Expo"
    r"|(?<![A-Za-z])Fair)(?:\s?(?:19|20)\d{2})?"
)
_NO_FAIR = re.compile(
    r"(?:해외|국제|현지|국내|전문|관련|대형|유명|각종|여러|이번|다음|지난|한|큰|작은"
    r"|같은|다른|그|이|저|모든|참가한|열린|개최된|당시|산업)?\s?"
    r"(?:전시회|박람회|엑스포|Expo|EXPO|Fair)"
)
_PORT = re.compile(
    r"(?<![가-힣])[가-힣]{2,8}?\s?(?:신항|항만|항구|국제공항|공항|항|세관|보세창고"
    r"|터미널)(?![가-힣]{2,}품|공|로|목|의|구별)"
    r"|(?:Port|Airport) of [A-Z][a-z]{2,15}"
    r"|[A-Z][a-z]{2,15}(?:\s[A-Z][a-z]{2,15})? (?:Port|Airport)"
)
_NO_PORT = re.compile(
    r"^(?:현지|해당|국내|해외|목적지|도착|출발|선적|양륙|수입국|수출|보세|국제|사|문|조"
    r"|관|관할|한국|베트남|중국|미국|일본|인도|지방|본부"
    r"|모든)\s?(?:국)?(?:의\s?)?(?:신항|항만|항구|국제공항|공항|항|세관|보세창고"
    r"|터미널)$|(?:사|조|문|대|저|취|반|출|입|귀|결|회|운|난)항$"
)
_VESSEL = re.compile(
    r"(?:M/?V\.?|모선|선박명|선명|본선"
    r"|vessel)\s?[:：]?\s?[A-Z][A-Z0-9]{1,15}(?:\s[A-Z][A-Z0-9]{1,15}){0,3}(?:\s?(?:V"
    r"|VOY)\.?\s?\d{2,5}[A-Z]?)?"
    r"|(?:항차|편명|항공편|voyage|flight)\s?[:：]?\s?[A-Z0-9]{2,4}-?\d{2,5}[A-Z]?",
    re.IGNORECASE,
)
# So near to an exact date a port or customs house tells which consignment it was.
_NEAR = 60

_PARTICLE = re.compile(
    r"(?:에서는|에게서|으로부터|에서|에게|에는|으로|이라는|라는|이라고|까지|부터|처럼"
    r"|보다|이며|이고|입니다|측|은|는|이|가|을|를|과|와|의|에|도|로|만)$"
)


def find(text: str, known: Known, language: str, dated: Iterable[Span]) -> Iterator[Span]:
    """Names that nobody told us, by what stands around them."""
    other = SAID["other"][0 if language == "ko" else 1]
    for start, end in _companies(text):
        if not _is_safe(text[start:end], known.safe):
            yield Span(kinds.COMPANY, start, end, other)
    yield from _people(text)
    for kind, patterns in ((kinds.ADDRESS, _ADDRESS), (kinds.VESSEL, (_VESSEL,))):
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield Span(kind, match.start(), match.end() - _tail(match[0]))
    yield from _brands(text, known)
    yield from _models(text)
    yield from _fairs(text)
    yield from _ports(text, known, dated)


def _people(text: str) -> Iterator[Span]:
    for pattern in (_PERSON, _PERSON_SHORT):
        for match in pattern.finditer(text):
            if not _NO_PERSON.search(match["name"]):
                yield Span(kinds.PERSON, *match.span())
    for match in _PERSON_ROLE.finditer(text):
        yield Span(kinds.PERSON, *match.span("name"))
    for match in _PERSON_LATIN.finditer(text):
        yield Span(kinds.PERSON, *match.span())


def _ports(text: str, known: Known, dated: Iterable[Span]) -> Iterator[Span]:
    days = [(span.start - _NEAR, span.end + _NEAR) for span in dated]
    for match in _PORT.finditer(text):
        near = any(match.start() < end and start < match.end() for start, end in days)
        if near and not _NO_PORT.match(match[0]) and not _is_safe(match[0], known.safe):
            yield Span(kinds.PORT, *match.span())


def _tail(words: str) -> int:
    return len(words) - len(words.rstrip(" ,."))


def _companies(text: str) -> Iterator[tuple[int, int]]:
    begun: set[int] = set()
    for match in _BEFORE_FORM.finditer(text):
        begun.update(range(match.start(), match.end()))
        yield match.start(), match.end() - _particle(match["name"])
    for match in _BEHIND_FORM.finditer(text):
        if not (match.end() - 1 in begun and _NO_NAME.search(match["name"])):
            yield match.span()
    for pattern in (_LATIN, _CHINESE, _KOREAN_FOREIGN):
        for match in pattern.finditer(text):
            yield match.span()
    for pattern in (_LATIN_LEAD, _VIETNAMESE):
        for match in pattern.finditer(text):
            yield match.start(), match.end() - _tail(match[0])


def _particle(name: str) -> int:
    """How many letters at the end of a Korean name are its particle."""
    found = _PARTICLE.search(name)
    trimmed = len(name.rstrip(".,·-"))
    if found is None or found.start() < 2 or "가" > name[found.start() - 1] > "힣":
        return len(name) - trimmed
    return len(name) - found.start()


def _is_safe(words: str, safe: frozenset[str]) -> bool:
    plain = folded(words)
    return any(name in plain for name in safe)


def _brands(text: str, known: Known) -> Iterator[Span]:
    for match in _QUOTED.finditer(text):
        group = next(place for place in range(1, 9) if match[place])
        words = match[group]
        near = text[max(0, match.start() - 15) : match.end() + 15]
        looks = bool(_BRAND_NEAR.search(near)) or (words[0].isascii() and words[0].isupper())
        short = len(words.split()) <= 3 and len(words) <= 20
        generic = folded(words) in known.generic or _is_safe(words, known.safe)
        if (looks or short) and not generic and not _NO_BRAND.search(words):
            yield Span(kinds.BRAND, *match.span(group))
    for pattern in (_BRAND_MARK, _BRAND_SAID):
        for match in pattern.finditer(text):
            yield Span(kinds.BRAND, *match.span("name" if pattern is _BRAND_SAID else 0))


def _models(text: str) -> Iterator[Span]:
    for match in _MODEL.finditer(text):
        group = "code" if match["code"] else "bare"
        words = match[group]
        if group == "bare" and (
            _STANDARD.fullmatch(words) or not words[0].isupper() or _follows_standard(text, match)
        ):
            continue
        yield Span(kinds.MODEL, *match.span(group))


def _follows_standard(text: str, match: re.Match[str]) -> bool:
    return bool(re.search(r"(?:HS|ISO|IEC|EN|KS|UN|CFR)\s?$", text[: match.start()]))


def _fairs(text: str) -> Iterator[Span]:
    for match in _BOOTH.finditer(text):
        yield Span(kinds.EXHIBITION, *match.span())
    for match in _FAIR.finditer(text):
        last = " ".join(match[0].split()[-2:])
        if not _NO_FAIR.fullmatch(match[0].strip()) and not _NO_FAIR.fullmatch(last):
            yield Span(kinds.EXHIBITION, match.start() + _lead(match[0]), match.end())


def _lead(words: str) -> int:
    return len(words) - len(words.lstrip())
