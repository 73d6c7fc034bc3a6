"""How company names are compared: without spacing, width, case and legal form. Pure Python."""

from __future__ import annotations

import re
import unicodedata

# NFKC has made ㈜ a (주) before this is asked.
_LEGAL_FORMS = re.compile(
    r"\((?:주|유|합|재|사)\)|주식회사|유한책임회사|유한회사|합자회사|합명회사|농업회사법인|영농조합법인"
    r"|\b(?:co\.?\s*,?\s*ltd|company\s+limited|corporation|corp|inc|llc|ltd)\b\.?"
)
_NO_LETTER = re.compile(r"[\W_]+")


def key(name: str) -> str:
    """The name as it is compared; never empty where the name holds a letter or a digit."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    bare = _NO_LETTER.sub("", _LEGAL_FORMS.sub(" ", plain))
    return bare or _NO_LETTER.sub("", plain)
