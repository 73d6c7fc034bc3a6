"""What a body may see beside its question; why it was designated; when it was reminded."""

from django.db import migrations, models

NEEDED = ["product", "situation", "problem", "request"]
NAMING = ["company", "contact"]


def release_what_was_seen(apps, schema_editor):
    """Bodies asked before go on seeing what they saw: all texts, and name and files where allowed."""
    referral = apps.get_model("intake", "Referral")
    attachment = apps.get_model("intake", "Attachment")
    through = referral.released_files.through
    named = referral.objects.filter(case__visibility="named")
    referral.objects.exclude(case__visibility="named").update(released=NEEDED)
    named.update(released=NEEDED + NAMING)
    seen = attachment.objects.filter(role="submitter", audience="submitter")
    for pk, case_id in list(named.values_list("pk", "case_id")):
        files = seen.filter(case_id=case_id).values_list("pk", flat=True)
        through.objects.bulk_create(
            [through(referral_id=pk, attachment_id=file) for file in files]
        )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('intake', '0006_supplement_items'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='referral',
            name='released',
            field=models.JSONField(blank=True, default=list, verbose_name='released facts'),
        ),
        migrations.AddField(
            model_name='referral',
            name='released_files',
            field=models.ManyToManyField(blank=True, related_name='released_to', to='intake.attachment', verbose_name='released files'),
        ),
        migrations.AddField(
            model_name='referral',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last reminded'),
        ),
        migrations.AddField(
            model_name='referral',
            name='designation_reason',
            field=models.TextField(blank=True, default='', verbose_name='reason for the designation'),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('state__in', ('asked', 'accepted'))), fields=['due_at'], name='referral_waiting'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('state', 'declined')), fields=['ended_at'], name='referral_declined'),
        ),
        # Last: PostgreSQL alters no table that has rows waiting for their deferred checks.
        migrations.RunPython(release_what_was_seen, migrations.RunPython.noop),
    ]
