"""Reply templates: every change of their words is a new version; none is ever written over."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from intake.models import ReplyTemplate, ReplyTemplateVersion


class OvertakenError(Exception):
    """Somebody saved other words meanwhile; `latest` is their version."""

    def __init__(self, latest: ReplyTemplateVersion) -> None:
        self.latest = latest
        super().__init__(f"version {latest.number} was saved meanwhile")


@transaction.atomic
def create_template(*, body: str, by: User, **facts: Any) -> ReplyTemplate:
    """A new template with its first words. `facts` are the template's columns."""
    template = ReplyTemplate.objects.create(**facts)
    ReplyTemplateVersion.objects.create(template=template, number=1, body=body, author=by)
    return template


@transaction.atomic
def save_template(
    *, template: ReplyTemplate, seen: int, body: str, by: User, **facts: Any
) -> ReplyTemplateVersion:
    """Write what changed: facts in place, words as a new version.

    `seen` is the number of the version that the editor started from; raises OvertakenError, and
    writes nothing, when it is no longer the newest.
    """
    version = _add(template, seen, body, by)
    if facts:
        ReplyTemplate.objects.filter(pk=template.pk).update(**facts)
        for name, value in facts.items():
            setattr(template, name, value)
    return version


@transaction.atomic
def restore_version(
    *, template: ReplyTemplate, number: int, seen: int, by: User
) -> ReplyTemplateVersion:
    """The words of an old version as the newest one; what came between stays in the list."""
    return _add(template, seen, template.versions.get(number=number).body, by)


@transaction.atomic
def offer_template(*, template: ReplyTemplate, active: bool) -> None:
    """Offer the template at the desk, or no longer; it is never deleted."""
    ReplyTemplate.objects.filter(pk=template.pk).update(active=active)
    template.active = active


def _add(template: ReplyTemplate, seen: int, body: str, by: User) -> ReplyTemplateVersion:
    """The next version, unless somebody was first; the same words make none."""
    latest = template.versions.order_by("-number")[0]
    if latest.body == body:
        return latest
    if latest.number == seen:
        try:
            with transaction.atomic():
                return ReplyTemplateVersion.objects.create(
                    template=template, number=seen + 1, body=body, author=by
                )
        except IntegrityError:
            # Between the look and the writing; the unique number stopped the second.
            latest = template.versions.order_by("-number")[0]
    raise OvertakenError(latest)
