"""Generated documents whose truth is known: sentences with labelled lemmas, and traps."""

from __future__ import annotations

import random
from collections.abc import Iterator

# Sentences and the lemmas that they hold. The last ones are traps: they look like a lemma.
SENTENCES: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (words, frozenset(labels.split()))
    for words, labels in (
        ("현지 항만에서 수출통관이 석 달째 멈추어 있습니다.", "통관 수출"),
        ("통관 절차가 길어 납기를 맞추지 못했습니다.", "통관"),
        ("서류가 모자라 아직 통관되지 않았습니다.", "통관"),
        ("화물의 통관을 맡은 대리인이 바뀌었습니다.", "통관"),
        ("선적이 지연되고 있습니다.", "지연"),
        ("심사가 두 달이나 지연되었다고 합니다.", "지연"),
        ("회신 지연으로 계약이 깨졌습니다.", "지연"),
        ("도착이 예정보다 늦어졌습니다.", "늦다"),
        ("물건이 늦게 와서 매장을 열지 못했습니다.", "늦다"),
        ("답변이 늦었다는 항의를 받았습니다.", "늦다"),
        ("현지 은행에서 매입을 거절당했습니다.", "거절"),
        ("접수를 거절하였다는 통보를 받았습니다.", "거절"),
        ("바이어의 거절로 물량이 남았습니다.", "거절"),
        ("현지 인증을 받는 데 반년이 걸립니다.", "인증"),
        ("할랄인증이 없으면 팔 수 없습니다.", "할랄 인증"),
        ("할랄 인증 심사를 기다리고 있습니다.", "할랄 인증"),
        ("인증서의 유효기간이 지났습니다.", "인증"),
        ("원산지증명서를 다시 내라고 합니다.", "원산지 증명"),
        ("원산지 증명서의 서명이 다르다고 합니다.", "원산지 증명"),
        ("원산지 증명을 요구받았습니다.", "원산지 증명"),
        ("관세를 더 내라는 고지서가 왔습니다.", "관세"),
        ("관세청에 문의하였습니다.", "관세"),
        ("추가 관세가 붙었습니다.", "관세"),
        ("검역에서 불합격을 받았습니다.", "검역"),
        ("검역소가 시료를 다시 요구합니다.", "검역"),
        ("식물검역 증명이 필요합니다.", "검역 증명"),
        ("혼자 해결하기 어렵습니다.", "어렵다"),
        ("자금 사정이 어려워 버티지 못합니다.", "어렵다"),
        ("어려움을 겪는 기업이 많습니다.", "어렵다"),
        ("물품대금을 받지 못했습니다.", "물품 대금"),
        ("잔여 대금이 입금되지 않았습니다.", "대금"),
        ("대금의 절반만 들어왔습니다.", "대금"),
        ("기술자의 비자가 나오지 않습니다.", "비자"),
        ("비자를 다시 신청하였습니다.", "비자"),
        # Traps.
        ("도로의 교통관제 장치를 납품합니다.", ""),
        ("접수 확인증을 잃어버렸습니다.", ""),
        ("현지 소비자 단체가 항의합니다.", ""),
        ("점검역량이 부족하다는 평가입니다.", ""),
        ("최대금액은 정해져 있지 않습니다.", ""),
        ("관세음보살상을 전시하였습니다.", ""),
    )
)
# Words around them, without any lemma.
FILLING = (
    "당사는 생활용품을 만드는 중소기업입니다.",
    "작년 가을 처음으로 견본을 보냈습니다.",
    "담당자는 다음 주에 연락하겠다고 했습니다.",
    "포장 상자의 크기를 줄이기로 하였습니다.",
    "현지 매장은 열두 곳으로 늘었습니다.",
    "전시장에서 명함 삼백 장을 받았습니다.",
    "공장은 하루에 두 번 교대합니다.",
    "원료 값이 해마다 오르고 있습니다.",
    "번역은 외부 업체에 맡겼습니다.",
    "사진과 설명서를 함께 붙입니다.",
    "새로운 제품은 봄에 나옵니다.",
    "직원 다섯 명이 이 일을 맡고 있습니다.",
)
# What is asked and the lemmas that a document must hold to be right.
QUERIES: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (words, frozenset(labels.split()))
    for words, labels in (
        ("통관", "통관"),
        ("통관이", "통관"),
        ("수출통관", "수출 통관"),
        ("통관 지연", "통관 지연"),
        ("지연", "지연"),
        ("지연되었다", "지연"),
        ("늦어졌다", "늦다"),
        ("늦다", "늦다"),
        ("거절", "거절"),
        ("거절당했다", "거절"),
        ("인증", "인증"),
        ("할랄인증", "할랄 인증"),
        ("할랄 인증", "할랄 인증"),
        ("원산지증명서", "원산지 증명"),
        ("원산지 증명서", "원산지 증명"),
        ("원산지 증명", "원산지 증명"),
        ("관세", "관세"),
        ("검역", "검역"),
        ("어렵다", "어렵다"),
        ("어려움", "어렵다"),
        ("대금", "대금"),
        ("물품대금", "물품 대금"),
        ("비자", "비자"),
    )
)
# A word that only the oldest fiftieth of the documents hold: the trap of newest first.
SKEWED = "석면검사"
SKEWED_SENTENCE = f"{SKEWED} 결과를 기다립니다."


def documents(count: int) -> Iterator[tuple[int, tuple[str, ...], frozenset[str]]]:
    """Key, sentences and lemmas of each document, the same for the same number.

    A fifth of the documents hold one or two of the labelled sentences and traps.
    """
    dice = random.Random(7)
    for pk in range(1, count + 1):
        chosen = [dice.choice(FILLING) for _ in range(dice.randint(4, 8))]
        labels: frozenset[str] = frozenset()
        if dice.random() < 0.2:
            for words, held in dice.sample(SENTENCES, dice.randint(1, 2)):
                chosen.insert(dice.randrange(len(chosen)), words)
                labels |= held
        if pk <= count // 50:
            chosen.append(SKEWED_SENTENCE)
        yield pk, tuple(chosen), labels
