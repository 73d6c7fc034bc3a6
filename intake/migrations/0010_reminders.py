"""Reminders that go out once, and a second extension with the company's word."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('accounts', '0001_initial'),
        ('intake', '0009_reply_templates'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=40, verbose_name='about')),
                ('kind', models.CharField(max_length=24, verbose_name='kind')),
                ('key', models.CharField(max_length=40, verbose_name='occasion')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(blank=True, max_length=24, verbose_name='kind of case')),
                ('due_from', models.DateTimeField(blank=True, null=True, verbose_name='due from')),
                ('reason_ko', models.CharField(max_length=300, verbose_name='reason (Korean)')),
                ('reason_en', models.CharField(max_length=300, verbose_name='reason (English)')),
                ('total', models.PositiveIntegerField(verbose_name='dates to look at')),
                ('seen', models.PositiveIntegerField(default=0, verbose_name='looked at')),
                ('moved', models.PositiveIntegerField(default=0, verbose_name='moved')),
                ('after', models.PositiveBigIntegerField(default=0, editable=False)),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'dates being moved',
                'verbose_name_plural': 'dates being moved',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='extension_ask',
            field=models.TextField(blank=True, verbose_name='why more time is asked'),
        ),
        migrations.AddField(
            model_name='case',
            name='extension_asked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='extension asked'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('extension_asked_at__isnull', True), ('extension_ask', '')), models.Q(('extension_asked_at__isnull', False), models.Q(('extension_ask', ''), _negated=True)), _connector='OR'), name='case_extension_ask_says_why'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='intake.case', verbose_name='case'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('case', 'subject', 'kind', 'key'), name='reminder_once'),
        ),
    ]
