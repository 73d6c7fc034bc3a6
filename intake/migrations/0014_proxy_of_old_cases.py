"""Say of the cases that organisations filed before who acts for the company there."""

from typing import Any

from django.db import migrations
from django.db.models import F


def settle(apps: Any, schema_editor: Any) -> None:
    """Whoever filed looks after the case; nobody was asked to confirm it."""
    case_model = apps.get_model('intake', 'Case')
    filed = case_model.objects.filter(filer_organisation__isnull=False, proxy='')
    filed.update(proxy='acting', keeper=F('filed_by'))


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0013_proxy'),
    ]

    operations = [
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]
