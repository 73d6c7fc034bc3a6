"""Invented case studies that show the archive of the demonstration, each marked as such."""

import tomllib
from pathlib import Path

from django.db import transaction

from accounts.models import User
from casestudies import actions
from casestudies.models import CaseStudy
from marketinfo import demo

DATA = Path(__file__).parent / "data" / "demo.toml"
# No company stands behind an invented case.
CONSENT = "demonstration"
PARTS = ("progress", "result", "effect", "lessons")


def load(by: User | None = None) -> int:
    """Write and publish the studies that are missing; how many were written.

    Needs `load_reference`. What stands there already is left as it is, edited or not.
    """
    rows = demo.missing(CaseStudy, tomllib.loads(DATA.read_text(encoding="utf-8"))["case"])
    bodies = demo.organisations(code for row in rows for code in row["bodies"])
    written: list[CaseStudy] = []
    with transaction.atomic():
        for row in rows:
            study = CaseStudy(
                **demo.common(row),
                **{part: row[part].strip() for part in PARTS},
                difficulty=demo.noted(row, row["difficulty"]),
                sector_id=row["sector"],
                province_id=row["province"],
                company_size=row["size"],
                period=row["period"],
                outcome=row["outcome"],
                action_types=row["actions"],
                consent_reference=CONSENT,
            )
            actions.save(study, by=by, bodies=[bodies[code] for code in row["bodies"]])
            written.append(study)
        for study in sorted(written, key=demo.checked):
            actions.publish(study, by=by)
    return len(rows)
