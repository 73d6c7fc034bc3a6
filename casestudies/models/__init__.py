"""The tables of the archive: studies, what was found in them, approvals, imported collections."""

from casestudies.models.approval import Approval
from casestudies.models.collection import Collection
from casestudies.models.finding import Finding
from casestudies.models.study import HS_LONGEST, CaseStudy, known_action_types

__all__ = [
    "HS_LONGEST",
    "Approval",
    "CaseStudy",
    "Collection",
    "Finding",
    "known_action_types",
]
