"""Give the cases that were there before the queue's order their place in it."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from intake.models.queue import lane_of

BATCH = 2000
RESPONSES = (
    'request_supplement', 'refer', 'extend', 'answer', 'reject', 'mark_duplicate', 'transfer_out',
)


def settle(apps: Any, schema_editor: Any) -> None:
    """Compute the lane of every case, and when the secretariat first said something to it."""
    case_model = apps.get_model('intake', 'Case')
    event_model = apps.get_model('intake', 'CaseEvent')
    now, last = timezone.now(), 0
    columns = ('id', 'state', 'at_border', 'due_at', 'attention')
    while rows := list(
        case_model.objects.filter(pk__gt=last).order_by('pk').values_list(*columns)[:BATCH]
    ):
        last = rows[-1][0]
        lanes = {}
        for pk, state, at_border, due_at, attention in rows:
            lane = lane_of(
                state=state, at_border=at_border, due_at=due_at, attention=attention, now=now
            )
            lanes.setdefault(lane, []).append(pk)
        for lane, keys in lanes.items():
            case_model.objects.filter(pk__in=keys).exclude(lane=lane).update(lane=lane)
        first = {}
        events = event_model.objects.filter(
            case__in=[row[0] for row in rows], verb__in=RESPONSES, role='secretary'
        )
        for case, at in events.order_by('id').values_list('case_id', 'at'):
            first.setdefault(case, at)
        for case, at in first.items():
            case_model.objects.filter(pk=case, first_response_at=None).update(first_response_at=at)


class Migration(migrations.Migration):

    dependencies = [('intake', '0011_figures')]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
