"""The order of the queue, saved views, columns, presence and counters."""

import datetime as dt

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import functions


def know_together(apps, schema_editor):
    """Tell PostgreSQL which facts go together: a new case has no officer, an ended one no place."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute(
            'CREATE STATISTICS IF NOT EXISTS case_together (dependencies, mcv) '
            'ON lane, state, assignee_id FROM intake_case'
        )


def know_alone(apps, schema_editor):
    """Take it back."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('DROP STATISTICS IF EXISTS case_together')


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('intake', '0004_body_desk'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeskLayout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('columns', models.JSONField(blank=True, default=list, verbose_name='columns')),
            ],
            options={
                'verbose_name': 'desk layout',
                'verbose_name_plural': 'desk layouts',
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last sign')),
                ('verb', models.CharField(blank=True, max_length=32, verbose_name='step')),
            ],
            options={
                'verbose_name': 'presence',
                'verbose_name_plural': 'presences',
            },
        ),
        migrations.CreateModel(
            name='QueueCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filter', models.CharField(max_length=16, verbose_name='filter')),
                ('choice', models.CharField(blank=True, max_length=40, verbose_name='choice')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='cases')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='counted')),
            ],
            options={
                'verbose_name': 'queue counter',
                'verbose_name_plural': 'queue counters',
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('shared', models.BooleanField(default=False, verbose_name='shared with the secretariat')),
                ('query', models.CharField(blank=True, max_length=1000, verbose_name='filters')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created')),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='attention',
            field=models.CharField(blank=True, max_length=16, verbose_name='wants attention'),
        ),
        migrations.AddField(
            model_name='case',
            name='lane',
            field=models.PositiveSmallIntegerField(default=20, verbose_name='place in the queue'),
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_assignee',
        ),
        migrations.AddField(
            model_name='case',
            name='queue_at',
            field=models.GeneratedField(db_persist=True, expression=functions.Coalesce('due_at', models.Value(dt.datetime(9999, 12, 31, tzinfo=dt.UTC), models.DateTimeField())), output_field=models.DateTimeField(), verbose_name='place in its lane'),
        ),
        migrations.AddField(
            model_name='case',
            name='topic',
            field=models.GeneratedField(db_persist=True, expression=functions.Left('category', 3), output_field=models.CharField(max_length=3, null=True), verbose_name='top category'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99)), fields=['lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'category', 'country', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99)), fields=['state', 'lane', 'queue_at', 'id', 'assignee', 'topic', 'category', 'country', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99)), fields=['assignee', 'lane', 'queue_at', 'id', 'state', 'topic', 'category', 'country', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_officer'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99), ('assignee__isnull', True)), fields=['lane', 'queue_at', 'id', 'state', 'topic', 'category', 'country', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_nobody'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99)), fields=['country', 'lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'category', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_country'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99)), fields=['topic', 'lane', 'queue_at', 'id', 'state', 'assignee', 'category', 'country', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_topic'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99)), fields=['category', 'lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'country', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_category'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99), ('category__isnull', True)), fields=['lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'country', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_unclassified'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99)), fields=['filer_organisation', 'lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'category', 'country', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_filer'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99), ('filer_organisation__isnull', True)), fields=['lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'category', 'country', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_direct'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99)), fields=['channel', 'lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'category', 'country', 'filer_organisation', 'attention', 'at_border', 'received_at'], name='case_queue_channel'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99), ('at_border', True)), fields=['lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'category', 'country', 'filer_organisation', 'channel', 'attention', 'at_border', 'received_at'], name='case_queue_border'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('lane__lt', 99), ('attention__gt', '')), fields=['attention', 'lane', 'queue_at', 'id', 'state', 'assignee', 'topic', 'category', 'country', 'filer_organisation', 'channel', 'at_border', 'received_at'], name='case_queue_attention'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['assignee', '-id'], name='case_by_officer'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['country', '-id'], name='case_by_country'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['topic', '-id'], name='case_by_topic'),
        ),
        migrations.AddField(
            model_name='desklayout',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='desk_layout', to=settings.AUTH_USER_MODEL, verbose_name='officer'),
        ),
        migrations.AddField(
            model_name='presence',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='intake.case', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='presence',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='officer'),
        ),
        migrations.AddConstraint(
            model_name='queuecount',
            constraint=models.UniqueConstraint(fields=('filter', 'choice'), name='queue_count_once'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('case', 'user'), name='presence_once'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('owner', 'name'), name='saved_view_once_per_owner'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_view_has_name'),
        ),
        migrations.RunPython(know_together, know_alone),
    ]
