"""What accounts do in the background."""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.db.models import F, Q
from django.utils import timezone

from accounts import tax_office
from accounts.models import Member

log = logging.getLogger(__name__)

# A state is asked for again after a month; so many rows are asked for in one run.
STALE = dt.timedelta(days=30)
ROWS_A_RUN = 1000


@shared_task
def check_tax_states() -> int:
    """Ask the tax office about members whose state is unknown or old; how many were told.

    Each number is asked once however many directories hold it. When the service does not
    answer, what is known stays with its date.
    """
    service = tax_office.service()
    if service is None:
        return 0
    now = timezone.now()
    waiting = (
        Member.objects.present()
        .filter(company__business_number__isnull=False)
        .filter(Q(tax_checked_at__isnull=True) | Q(tax_checked_at__lt=now - STALE))
        .order_by(F("tax_checked_at").asc(nulls_first=True), "id")
    )
    numbers = list(
        dict.fromkeys(waiting.values_list("company__business_number", flat=True)[:ROWS_A_RUN])
    )
    told = 0
    for start in range(0, len(numbers), tax_office.AT_ONCE):
        some = [number for number in numbers[start : start + tax_office.AT_ONCE] if number]
        try:
            states = service.states(some)
        except tax_office.ServiceError as error:
            log.warning("tax office: %s; %d numbers stay unchecked", error, len(numbers) - start)
            break
        told += len(states)
        # A number without an answer is marked as asked, without a state: it waits its month too.
        for state in {"", *states.values()}:
            same = [number for number in some if states.get(number, "") == state]
            Member.objects.filter(company__business_number__in=same).update(
                tax_state=state, tax_checked_at=timezone.now()
            )
    return told
