"""Reminders of drafts and questions for the outcome."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Reminders of drafts and questions for the outcome."""

    dependencies: ClassVar = [("intake", "0023_local_events")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="case",
            name="outcome_settled",
            field=models.BooleanField(default=False, verbose_name="outcome told for good"),
        ),
        migrations.AddField(
            model_name="case",
            name="saved",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=16,
                null=True,
                verbose_name="value saved",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="saved_currency",
            field=models.CharField(
                blank=True, max_length=3, verbose_name="currency of the value saved"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="mail_to",
            field=models.EmailField(blank=True, max_length=254, verbose_name="link mailed to"),
        ),
        migrations.AddField(
            model_name="draft",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="reminded"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=Q(state="closed"), fields=["ended_at", "id"], name="case_closed_by_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=(Q(saved__isnull=True) & Q(saved_currency=""))
                | (Q(saved__isnull=False) & ~Q(saved_currency="")),
                name="case_saved_has_currency",
            ),
        ),
    ]
