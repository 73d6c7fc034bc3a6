import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('intake', '0022_officer_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='LocalEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('step', models.CharField(max_length=16, verbose_name='step')),
                ('text', models.TextField(blank=True, verbose_name='words')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='facts')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('local', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='intake.localdifficulty', verbose_name='local difficulty')),
            ],
            options={
                'verbose_name': 'step of a local difficulty',
                'verbose_name_plural': 'steps of local difficulties',
                'ordering': ['-id'],
            },
        ),
    ]
