"""First response, desk figures and the backlog by day."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('intake', '0010_reminders'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BacklogDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('received', models.PositiveIntegerField(default=0, verbose_name='received')),
                ('answered', models.PositiveIntegerField(default=0, verbose_name='answered')),
                ('ended', models.PositiveIntegerField(default=0, verbose_name='ended')),
                ('open', models.PositiveIntegerField(default=0, verbose_name='open')),
                ('waiting', models.PositiveIntegerField(default=0, verbose_name='waiting for an answer')),
                ('overdue', models.PositiveIntegerField(default=0, verbose_name='overdue')),
            ],
            options={
                'verbose_name': 'backlog of a day',
                'verbose_name_plural': 'backlog by day',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='DeskFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=12, verbose_name='period')),
                ('dimension', models.CharField(max_length=16, verbose_name='dimension')),
                ('key', models.CharField(blank=True, max_length=48, verbose_name='value')),
                ('received', models.PositiveIntegerField(default=0, verbose_name='received')),
                ('answered', models.PositiveIntegerField(default=0, verbose_name='answered')),
                ('told', models.PositiveIntegerField(default=0, verbose_name='outcome known')),
                ('solved', models.PositiveIntegerField(default=0, verbose_name='solved')),
                ('declined', models.PositiveIntegerField(default=0, verbose_name='declined')),
                ('waiting', models.PositiveIntegerField(default=0, verbose_name='waiting for an answer')),
                ('overdue', models.PositiveIntegerField(default=0, verbose_name='overdue')),
                ('first_median', models.FloatField(blank=True, null=True, verbose_name='first response, median')),
                ('first_p90', models.FloatField(blank=True, null=True, verbose_name='first response, 90th percentile')),
                ('answer_median', models.FloatField(blank=True, null=True, verbose_name='answer, median')),
                ('answer_p90', models.FloatField(blank=True, null=True, verbose_name='answer, 90th percentile')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='counted')),
                ('begun_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('took', models.FloatField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'desk figure',
                'verbose_name_plural': 'desk figures',
            },
        ),
        migrations.AddField(
            model_name='case',
            name='first_response_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='first response'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('answered_at__isnull', False)), fields=['assignee', 'answered_at'], name='case_answered_by'),
        ),
        migrations.AddConstraint(
            model_name='deskfigure',
            constraint=models.UniqueConstraint(fields=('period', 'dimension', 'key'), name='desk_figure_once'),
        ),
        migrations.CreateModel(
            name='Figures',
            fields=[],
            options={
                'verbose_name': 'desk figures',
                'verbose_name_plural': 'desk figures',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('intake.deskfigure',),
        ),
    ]
