"""Pace of domains and figures of delivery."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Pace of domains and figures of delivery."""

    dependencies: ClassVar = [
        ("notifications", "0002_notifier"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="job")),
                ("at", models.DateTimeField(verbose_name="last run")),
            ],
            options={
                "verbose_name": "sign of life",
                "verbose_name_plural": "signs of life",
            },
        ),
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_due",
        ),
        migrations.AddField(
            model_name="maildomain",
            name="free_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken until"),
        ),
        migrations.AddField(
            model_name="notice",
            name="paced",
            field=models.BooleanField(default=False, verbose_name="has its turn"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="folded_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="folded",
                to="notifications.notice",
                verbose_name="digest that told it",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="recipient",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recipient",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="retried_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent again by",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="wording",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notifications.wording",
                verbose_name="wording",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["channel", "next_try_at", "id"],
                name="notice_due",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "queued"), ("urgent", True)),
                fields=["channel", "next_try_at", "id"],
                name="notice_due_at_once",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("losses__gt", 0), ("state", "queued")),
                fields=["channel", "next_try_at", "id"],
                name="notice_due_alone",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["domain", "next_try_at"],
                name="notice_domain",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "sent")), fields=["sent_at"], name="notice_sent"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["kind", "-id"], name="notice_kind"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["created_at"], name="notice_created"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("channel", "text")), fields=["-id"], name="notice_texts"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("bounced_at__isnull", False)),
                fields=["-id"],
                name="notice_returned",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("folded_into__isnull", False)),
                fields=["folded_into"],
                name="notice_folded",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("wording__isnull", False)),
                fields=["wording"],
                name="notice_wording",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("retried_by__isnull", False)),
                fields=["retried_by"],
                name="notice_retried",
            ),
        ),
    ]
