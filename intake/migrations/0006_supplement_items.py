"""Supplement requests item by item, and texts before and after."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('intake', '0005_queue_order'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=24, verbose_name='field')),
                ('before', models.TextField(blank=True, verbose_name='before')),
                ('after', models.TextField(blank=True, verbose_name='after')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SupplementDraft',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='supplement_draft', serialize=False, to='intake.case', verbose_name='case')),
                ('text', models.TextField(blank=True, verbose_name="the company's words")),
                ('corrections', models.JSONField(blank=True, default=dict, verbose_name='corrections')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changed')),
            ],
            options={
                'verbose_name': 'unsent supplement',
                'verbose_name_plural': 'unsent supplements',
            },
        ),
        migrations.CreateModel(
            name='SupplementItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='request')),
                ('position', models.PositiveSmallIntegerField(verbose_name='order')),
                ('kind', models.CharField(default='paper', max_length=8, verbose_name='kind')),
                ('label', models.CharField(max_length=200, verbose_name='what is missing')),
                ('hint', models.CharField(blank=True, max_length=400, verbose_name='explanation')),
                ('given_text', models.TextField(blank=True, verbose_name="the company's words")),
                ('given_at', models.DateTimeField(blank=True, null=True, verbose_name='given')),
                ('cannot', models.BooleanField(default=False, verbose_name='the company cannot give it')),
            ],
            options={
                'verbose_name': 'supplement item',
                'verbose_name_plural': 'supplement items',
                'ordering': ['round', 'position', 'id'],
            },
        ),
        migrations.AddField(
            model_name='revision',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='intake.case', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='revision',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='intake.caseevent', verbose_name='timeline event'),
        ),
        migrations.AddField(
            model_name='supplementitem',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supplement_items', to='intake.case', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='supplement_item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='intake.supplementitem', verbose_name='supplement item'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('event', 'field'), name='revision_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='supplementitem',
            constraint=models.UniqueConstraint(fields=('case', 'round', 'position'), name='supplement_item_once'),
        ),
        migrations.AddConstraint(
            model_name='supplementitem',
            constraint=models.CheckConstraint(condition=models.Q(('cannot', False), models.Q(('given_text', ''), _negated=True), _connector='OR'), name='supplement_item_cannot_says_why'),
        ),
    ]
