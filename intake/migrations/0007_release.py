"""What a body may see beside its question; when it was reminded."""

from django.db import migrations, models


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
    ]
