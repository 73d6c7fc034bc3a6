"""The verbs on case studies: those of every entry, and publishing only by consent."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from casestudies.models import CaseStudy
from marketinfo import actions
from marketinfo.actions import RefusedError, delete, reindex, unpublish

__all__ = ["RefusedError", "delete", "publish", "reindex", "save", "unpublish"]


def save(
    study: CaseStudy,
    *,
    by: User | None,
    fields: Iterable[str] | None = None,
    bodies: Iterable[Organisation] | None = None,
) -> CaseStudy:
    """Write a study, or the named fields of a known one, and the bodies when they are given."""
    with transaction.atomic():
        actions.save(study, by=by, fields=fields)
        if bodies is not None:
            study.bodies.set(bodies)
            reindex(study)
    return study


def publish(study: CaseStudy, *, by: User | None) -> CaseStudy:
    """Let everybody read the study.

    Raises RefusedError when no consent is named, its facts were never checked, or somebody
    else published it first.
    """
    if not study.consent_reference:
        raise RefusedError(_("Enter the company's consent to this publication, then publish."))
    return actions.publish(study, by=by)
