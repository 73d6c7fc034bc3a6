"""Korean texts of invented cases: our own sentences and word lists, put together by number."""

from __future__ import annotations

import random
from dataclasses import dataclass

PRODUCTS = (
    *("화장품", "라면", "김치", "자동차 부품", "의료기기", "산업용 펌프", "리튬 배터리", "조미김"),
    *("플라스틱 사출품", "반도체 장비", "LED 조명", "유아용 의류", "공작기계", "건강기능식품"),
    *("진단 시약", "냉동 만두", "철강 파이프", "전기 밥솥", "합성 섬유", "농기계", "홍삼 제품"),
    *("태양광 모듈", "소프트웨어", "주방용품", "문구류", "타이어", "선박 기자재", "안경 렌즈"),
)
PLACES = (
    "세관",
    "항만",
    "현지 인증기관",
    "수입 당국",
    "현지 은행",
    "물류 창고",
    "검역소",
    "바이어",
)
PAPERS = (
    *("원산지증명서", "시험 성적서", "위생증명서", "수입 허가서", "성분 분석표", "포장 명세서"),
    *("자유판매증명서", "선하증권", "제조 공정도", "할랄 인증서"),
)
TROUBLES = (
    *("통관 지연", "인증 반려", "관세 분류 이견", "라벨 규정 변경", "대금 미회수", "검역 보류"),
    *("수입 허가 지체", "원산지 확인 요구", "물류비 급등", "상표 도용", "환경 규제", "송금 제한"),
)
SITUATIONS = (
    "당사는 {product} 제조 중소기업으로 지난달 초도 물량을 선적하였으나 현지 {place}에서 "
    "{paper}의 추가 제출을 요구하여 화물이 움직이지 못하고 있습니다.",
    "{product} 수출을 위해 현지 {place}와 협의하던 중 {trouble} 문제가 생겨 계약 물량의 절반을 "
    "보내지 못한 채 창고 보관료가 날마다 늘고 있습니다.",
    "현지 유통사와 {product} 공급 계약을 맺고 두 차례 납품하였으나 세 번째 선적분부터 {place}의 "
    "심사 기준이 바뀌어 {paper}를 다시 받으라는 통보를 받았습니다.",
    "{place}에 {product} 견본을 보내 심사를 받는 과정에서 {trouble} 사유로 절차가 멈추었고 "
    "담당자가 바뀌어 진행 상황을 확인하기 어렵습니다.",
    "올해 처음 {product}을(를) 수출하는 기업입니다. {paper} 발급까지 마쳤으나 {place}에서 양식이 "
    "다르다며 접수를 거절하였습니다.",
)
PROBLEMS = (
    "{place} 담당자는 규정이 개정되었다고만 설명하고 근거 조문을 알려 주지 않아 무엇을 고쳐야 "
    "하는지 알 수 없습니다. 납기가 지나면 위약금이 발생합니다.",
    "같은 품목을 수출하는 다른 나라 기업에는 요구하지 않는 서류라서 형평에 어긋난다고 봅니다. "
    "번역과 공증에만 3주가 걸려 대응이 늦어지고 있습니다.",
    "{trouble} 때문에 대금 결제가 미루어져 다음 생산에 필요한 원자재를 사지 못하고 있습니다. "
    "바이어는 이달 말까지 해결되지 않으면 계약을 해지하겠다고 합니다.",
    "현지 대리인을 통해 두 번 이의를 제기하였으나 답변이 없습니다. 유사한 사례의 처리 경과를 "
    "알 길이 없어 자체적으로 풀기에는 한계가 있습니다.",
)
REQUESTS = (
    "현지 {place}에 요구의 근거를 공식으로 확인하여 주시고 이미 제출한 {paper}로 갈음할 수 있는지 "
    "협의하여 주시기 바랍니다.",
    "재외공관을 통하여 {trouble} 경위를 파악해 주시고 같은 품목의 해결 사례가 있으면 알려 주시기 "
    "바랍니다.",
    "관계 기관의 자문과 함께 {paper} 발급을 서둘러 받을 수 있는 방법을 안내하여 주시기 바랍니다.",
)
# Said at the end of the situation, or not.
TAILS = (
    "",
    "",
    " 관련 서류는 붙임으로 제출합니다.",
    " 거래 금액은 미화 12만 달러이며 계약서와 통보문 사본을 붙입니다.",
    " 현지 시간으로 다음 주 월요일까지 답을 주어야 하는 상황입니다.",
)
ANSWERS = (
    "재외공관이 현지 당국에 확인한 결과 제출하신 서류로 갈음할 수 있다는 회신을 받았습니다. 붙임의 "
    "안내에 따라 접수 번호를 적어 다시 신청하시기 바랍니다.",
    "관계 기관과 협의하여 심사를 우선 진행하기로 하였습니다. 보완할 사항은 붙임과 같습니다.",
)
QUESTIONS = (
    "이 품목에 적용되는 현지 규정의 근거와 이미 낸 서류로 갈음할 수 있는지 회신하여 주십시오.",
    "현지 당국과의 협의 경과와 예상되는 처리 시점을 알려 주시기 바랍니다.",
    "유사한 사례의 처리 결과와 기업이 준비할 서류를 알려 주시기 바랍니다.",
)
NOTES = (
    "기업 담당자와 통화하여 선적 일정을 확인함. 이번 주 안에 회신을 받아야 함.",
    "공관 회신 대기 중. 금요일 오전에 다시 확인할 것.",
    "유사 사례 두 건을 찾아 답변 초안에 반영함.",
)
COMPANIES = ("한빛", "가람", "누리", "새솔", "미래", "동방", "청운", "다온", "세림", "태성", "우진")
TRADES = ("산업", "정밀", "식품", "바이오", "테크", "무역", "화학", "전자", "기계", "코스메틱")

# A term of 2 % of the cases that stands only in the oldest of them: newest-first must not walk
# past everything else to find it (PERFORMANCE 3, the trap).
SKEWED = "석면검사"


@dataclass(frozen=True)
class Text:
    """What one company wrote."""

    title: str
    product: str
    situation: str
    problem: str
    request: str

    @property
    def length(self) -> int:
        """Characters of the whole."""
        return len(self.title) + len(self.situation) + len(self.problem) + len(self.request)


def texts(rng: random.Random, number: int) -> list[Text]:
    """So many different texts, the same for the same generator."""
    made = []
    for _ in range(number):
        words = {
            "product": rng.choice(PRODUCTS),
            "place": rng.choice(PLACES),
            "paper": rng.choice(PAPERS),
            "trouble": rng.choice(TROUBLES),
        }
        # Half write what the form asks for, some more, a few a whole page.
        more = rng.choices((0, 1, 2, 8), (51, 30, 15, 4))[0]
        made.append(
            Text(
                title=f"{words['product']} {words['trouble']} 해결 요청",
                product=words["product"],
                situation=_some(rng, SITUATIONS, 1, words) + rng.choice(TAILS),
                problem=_some(rng, PROBLEMS, 1 + (more + 1) // 2, words),
                request=_some(rng, REQUESTS, 1 + more // 2, words),
            )
        )
    return made


def _some(
    rng: random.Random, sentences: tuple[str, ...], number: int, words: dict[str, str]
) -> str:
    chosen = [rng.choice(sentences) for _ in range(number)]
    return " ".join(chosen).format(**words)
