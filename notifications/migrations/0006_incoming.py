"""Mail that comes in."""

from typing import ClassVar

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Mail that comes in."""

    dependencies: ClassVar = [
        ("files", "0001_initial"),
        ("notifications", "0005_addresses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="IncomingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(editable=False, max_length=64, unique=True),
                ),
                ("source", models.CharField(max_length=20, verbose_name="way")),
                (
                    "received_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="received"
                    ),
                ),
                (
                    "message_id",
                    models.CharField(blank=True, max_length=255, verbose_name="Message-ID"),
                ),
                ("sender", models.CharField(blank=True, max_length=254, verbose_name="sender")),
                ("to_address", models.CharField(blank=True, max_length=254, verbose_name="to")),
                ("subject", models.CharField(blank=True, max_length=255, verbose_name="subject")),
                ("state", models.CharField(default="new", max_length=12, verbose_name="state")),
                ("reason", models.CharField(blank=True, max_length=20, verbose_name="reason")),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
                ),
                (
                    "handled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="handled"),
                ),
                ("subject_key", models.CharField(blank=True, max_length=80, verbose_name="about")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "rest",
                    models.TextField(blank=True, verbose_name="quoted mail and signature"),
                ),
                (
                    "files",
                    models.JSONField(
                        blank=True,
                        default=list,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="files",
                    ),
                ),
                (
                    "result",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="result",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="decided"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="notifications.notice",
                        verbose_name="notice",
                    ),
                ),
                (
                    "raw",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="mail as it came",
                    ),
                ),
            ],
            options={
                "verbose_name": "incoming mail",
                "verbose_name_plural": "incoming mails",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["id"], condition=Q(state="new"), name="incoming_waiting"),
                    models.Index(fields=["state", "-id"], name="incoming_by_state"),
                    models.Index(fields=["sender", "received_at"], name="incoming_by_sender"),
                    models.Index(
                        fields=["received_at"],
                        condition=Q(raw__isnull=False),
                        name="incoming_kept_raw",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            state__in=[
                                "new",
                                "taken",
                                "draft",
                                "bounce",
                                "ignored",
                                "quarantined",
                                "discarded",
                                "failed",
                            ]
                        ),
                        name="incoming_state_known",
                    ),
                    models.CheckConstraint(
                        condition=(Q(state="new") & Q(handled_at__isnull=True))
                        | (~Q(state="new") & Q(handled_at__isnull=False)),
                        name="incoming_handled_has_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                        | Q(decided_at__isnull=False, decided_by__isnull=False),
                        name="incoming_decided_who_and_when",
                    ),
                ],
            },
        ),
    ]
