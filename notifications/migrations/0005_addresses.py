"""Returned mail and addresses."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Returned mail and addresses."""

    dependencies: ClassVar = [("notifications", "0004_digests")]

    operations: ClassVar = []
