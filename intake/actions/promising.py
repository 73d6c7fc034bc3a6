"""What an officer of a partner promises about a case: noted, kept, dropped; no step of it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.actions.moving import RefusedError
from intake.models import Case, Promise
from intake.timeline import Actor

# Open promises on one case: more is a list that nobody keeps.
AT_MOST = 20


@transaction.atomic
def promise(*, case: Case, text: str, due_on: dt.date | None = None, by: Actor) -> Promise:
    """Note a promise of an officer's, for their organisation alone to read."""
    if by.user is None or by.organisation is None:
        raise RefusedError(_("Only officers of the organisation that filed note promises."))
    # The row is held, so that two windows do not both write the last one.
    Case.objects.select_for_update().get(pk=case.pk)
    open_now = Promise.objects.filter(case=case, organisation=by.organisation).open()
    if open_now.filter(text=text, due_on=due_on, user=by.user).exists():
        raise RefusedError(_("This promise is noted already."))
    if open_now.count() >= AT_MOST:
        raise RefusedError(
            _("%(count)d promises are open on this case. Keep or drop one first.")
            % {"count": AT_MOST}
        )
    return Promise.objects.create(
        organisation=by.organisation, case=case, user=by.user, text=text, due_on=due_on
    )


def keep_promise(*, promise: Promise) -> None:
    """Mark a promise as kept. Raises RefusedError when a colleague was first."""
    kept = Promise.objects.open().filter(pk=promise.pk).update(kept_at=timezone.now())
    if not kept:
        raise RefusedError(_("A colleague was first: this promise is no longer open."))


def drop_promise(*, promise: Promise) -> None:
    """Take an open promise off the list; what was kept stays."""
    gone, _by_model = Promise.objects.open().filter(pk=promise.pk).delete()
    if not gone:
        raise RefusedError(_("A colleague was first: this promise is no longer open."))
