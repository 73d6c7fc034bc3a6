"""Digests and the inbox."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Digests and the inbox."""

    dependencies: ClassVar = [("notifications", "0003_delivery")]

    operations: ClassVar = []
