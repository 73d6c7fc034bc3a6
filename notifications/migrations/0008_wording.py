"""When edited words of notices last failed, and why."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """When edited words of notices last failed, and why."""

    dependencies: ClassVar = [("notifications", "0007_hooks")]

    operations: ClassVar = [
        migrations.AddField(
            "wording",
            "failed_at",
            models.DateTimeField("last failed", null=True, blank=True),
        ),
        migrations.AddField(
            "wording",
            "failure",
            models.CharField("what failed", max_length=300, blank=True),
        ),
    ]
