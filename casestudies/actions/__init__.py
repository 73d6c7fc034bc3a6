"""The verbs on case studies: those of every entry, and those that guard the company behind it."""

from casestudies.actions.approving import ask_approval, decide, remind
from casestudies.actions.drafting import draft_from_case
from casestudies.actions.drifting import clear, look_at_consents
from casestudies.actions.publishing import (
    acknowledge_rarity,
    publish,
    submit,
    take_down,
    take_down_by_company,
    unpublish,
)
from casestudies.actions.sweeping import Decision, save, settle, settle_as_proposed
from marketinfo.actions import OvertakenError, RefusedError, delete, reindex, send_back

__all__ = [
    "Decision",
    "OvertakenError",
    "RefusedError",
    "acknowledge_rarity",
    "ask_approval",
    "clear",
    "decide",
    "delete",
    "draft_from_case",
    "look_at_consents",
    "publish",
    "reindex",
    "remind",
    "save",
    "send_back",
    "settle",
    "settle_as_proposed",
    "submit",
    "take_down",
    "take_down_by_company",
    "unpublish",
]
