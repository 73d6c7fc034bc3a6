"""The order of the queue, saved views, columns, presence and counters."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


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
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ('received', 'reviewing', 'supplement', 'referred', 'answered'))), fields=['lane', 'due_at', 'id'], name='case_queue'),
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
    ]
