"""Reply templates and their versions."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('intake', '0008_mentions'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplyTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shipped', models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('verb', models.CharField(max_length=32, verbose_name='step')),
                ('language', models.CharField(default='ko', max_length=5, verbose_name='language')),
                ('active', models.BooleanField(default=True, verbose_name='offered at the desk')),
            ],
            options={
                'verbose_name': 'reply template',
                'verbose_name_plural': 'reply templates',
                'ordering': ['verb', 'name'],
            },
        ),
        migrations.CreateModel(
            name='ReplyTemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('body', models.TextField(verbose_name='text')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
            ],
            options={
                'verbose_name': 'version of a reply template',
                'verbose_name_plural': 'versions of reply templates',
                'ordering': ['template', '-number'],
            },
        ),
        migrations.AddField(
            model_name='replytemplate',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.category', verbose_name='category'),
        ),
        migrations.AddField(
            model_name='replytemplate',
            name='country',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.country', verbose_name='country'),
        ),
        migrations.AddField(
            model_name='replytemplateversion',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='replytemplateversion',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='intake.replytemplate', verbose_name='reply template'),
        ),
        migrations.AddConstraint(
            model_name='replytemplateversion',
            constraint=models.UniqueConstraint(fields=('template', 'number'), name='template_version_once'),
        ),
    ]
