"""What a body does with a question: its officer, its one extension, the files of its answer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("intake", "0003_queue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="referral",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="intake.referral",
                verbose_name="referral",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="extended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="extended"),
        ),
        migrations.AddField(
            model_name="referral",
            name="extension_reason",
            field=models.TextField(blank=True, verbose_name="reason for more time"),
        ),
        migrations.AddField(
            model_name="referral",
            name="handler",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="officer of the body",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extended_at__isnull", True), ("extension_reason", "")),
                    models.Q(
                        ("extended_at__isnull", False),
                        models.Q(("extension_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referral_extension_has_reason",
            ),
        ),
    ]
