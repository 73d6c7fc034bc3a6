"""Messages that came by mail."""

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import intake.models.mail


class Migration(migrations.Migration):
    """Messages that came by mail."""

    dependencies: ClassVar = [
        ("accounts", "__first__"),
        ("intake", "0024_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="message",
            name="by_mail",
            field=models.BooleanField(db_default=False, default=False, verbose_name="by mail"),
        ),
        migrations.AddField(
            model_name="message",
            name="folded",
            field=models.TextField(
                blank=True, db_default="", default="", verbose_name="quoted mail and signature"
            ),
        ),
        migrations.CreateModel(
            name="LocalAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "secret",
                    models.CharField(
                        default=intake.models.mail.new_secret, editable=False, max_length=32
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="made"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="revoked"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="mission",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revoked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "address for forwarding",
                "verbose_name_plural": "addresses for forwarding",
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(revoked_at__isnull=True),
                        fields=["organisation"],
                        name="local_address_one_in_use",
                    ),
                    models.CheckConstraint(
                        condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                        | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                        name="local_address_revoked_who_and_when",
                    ),
                ],
            },
        ),
    ]
