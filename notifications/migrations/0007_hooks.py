"""Webhooks of partner systems, and the log of their deliveries."""

import uuid
from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import notifications.models.hook


class Migration(migrations.Migration):
    """Webhooks of partner systems, and the log of their deliveries."""

    dependencies: ClassVar = [
        ("notifications", "0006_incoming"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=20, verbose_name="organisation")),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                ("families", models.JSONField(default=list, verbose_name="events")),
                (
                    "salt",
                    models.CharField(
                        default=notifications.models.hook.new_salt,
                        max_length=32,
                        verbose_name="salt",
                    ),
                ),
                (
                    "old_salt",
                    models.CharField(blank=True, max_length=32, verbose_name="earlier salt"),
                ),
                (
                    "old_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="earlier salt until"),
                ),
                ("state", models.CharField(default="active", max_length=10, verbose_name="state")),
                (
                    "state_since",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("reason", models.CharField(blank=True, max_length=20, verbose_name="reason")),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, verbose_name="failures in a row"),
                ),
                (
                    "rest_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="rests until"),
                ),
                (
                    "busy_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="served until"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="created"),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
            },
        ),
        migrations.CreateModel(
            name="HookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.UUIDField(default=uuid.uuid4, verbose_name="event")),
                ("event", models.CharField(max_length=60, verbose_name="kind of event")),
                ("subject", models.CharField(blank=True, max_length=80, verbose_name="about")),
                ("payload", models.JSONField(verbose_name="content")),
                ("state", models.CharField(default="queued", max_length=10, verbose_name="state")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                (
                    "losses",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="interrupted deliveries"
                    ),
                ),
                (
                    "tried_since",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="tried since"
                    ),
                ),
                (
                    "next_try_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="next attempt"
                    ),
                ),
                ("lease_token", models.CharField(blank=True, max_length=32, verbose_name="lease")),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="leased until"),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="status code"
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                (
                    "milliseconds",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="milliseconds"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="created"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "again_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="sent again on"),
                ),
                (
                    "again_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent again by",
                    ),
                ),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notifications.hook",
                        verbose_name="webhook",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
            },
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("owner", "url"),
                name="hook_once_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "paused", "disabled", "ended"])),
                name="hook_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "disabled"), models.Q(("reason", ""), _negated=True)),
                    models.Q(models.Q(("state", "disabled"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="hook_disabled_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("old_salt", ""), ("old_until__isnull", True)),
                    models.Q(
                        models.Q(("old_salt", ""), _negated=True), ("old_until__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="hook_old_salt_until",
            ),
        ),
        migrations.AddIndex(
            model_name="hookdelivery",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["hook", "next_try_at", "id"],
                name="hookdelivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="hookdelivery",
            index=models.Index(
                condition=models.Q(("state__in", ("queued", "sending"))),
                fields=["hook", "subject", "id"],
                name="hookdelivery_order",
            ),
        ),
        migrations.AddIndex(
            model_name="hookdelivery",
            index=models.Index(
                condition=models.Q(("state", "sending")),
                fields=["lease_until"],
                name="hookdelivery_leased",
            ),
        ),
        migrations.AddIndex(
            model_name="hookdelivery",
            index=models.Index(fields=["hook", "-id"], name="hookdelivery_log"),
        ),
        migrations.AddIndex(
            model_name="hookdelivery",
            index=models.Index(fields=["created_at"], name="hookdelivery_created"),
        ),
        migrations.AddIndex(
            model_name="hookdelivery",
            index=models.Index(
                condition=models.Q(("again_by__isnull", False)),
                fields=["again_by"],
                name="hookdelivery_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="hookdelivery",
            constraint=models.UniqueConstraint(
                fields=("hook", "event_id"), name="hookdelivery_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="hookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("queued", "sending", "sent", "failed", "parked"))
                ),
                name="hookdelivery_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="hookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="hookdelivery_sent_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="hookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("lease_until__isnull", False),
                        ("state", "sending"),
                        models.Q(("lease_token", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "sending"), _negated=True),
                        ("lease_token", ""),
                        ("lease_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="hookdelivery_lease_while_sending",
            ),
        ),
        migrations.AddConstraint(
            model_name="hookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("again_at__isnull", True), ("again_by__isnull", True)),
                    models.Q(("again_at__isnull", False), ("again_by__isnull", False)),
                    _connector="OR",
                ),
                name="hookdelivery_again_who_and_when",
            ),
        ),
    ]
