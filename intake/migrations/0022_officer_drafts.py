import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_partners'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('intake', '0021_batches'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='officer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='officer'),
        ),
        migrations.AddField(
            model_name='draft',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='draft',
            name='purpose',
            field=models.CharField(default='filing', max_length=12, verbose_name='purpose'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(condition=models.Q(('organisation__isnull', False)), fields=['organisation', 'officer', '-updated_at'], name='draft_of_officer'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('officer__isnull', True), ('organisation__isnull', True)), models.Q(('officer__isnull', False), ('organisation__isnull', False)), _connector='OR'), name='draft_of_officer_at_a_desk'),
        ),
    ]
