import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_partners'),
        ('intake', '0015_proxy_rules'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='savedview',
            name='saved_view_once_per_owner',
        ),
        migrations.AddField(
            model_name='savedview',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='desklayout',
            name='desk',
            field=models.CharField(default='queue', max_length=16, verbose_name='list'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='desk',
            field=models.CharField(default='queue', max_length=16, verbose_name='list'),
        ),
        migrations.AlterField(
            model_name='desklayout',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_layouts', to=settings.AUTH_USER_MODEL, verbose_name='officer'),
        ),
        migrations.AlterField(
            model_name='savedview',
            name='shared',
            field=models.BooleanField(default=False, verbose_name='shared with colleagues'),
        ),
        migrations.AddConstraint(
            model_name='desklayout',
            constraint=models.UniqueConstraint(fields=('user', 'desk'), name='desk_layout_once'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True)), fields=('owner', 'desk', 'name'), name='saved_view_once_per_owner'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', False)), fields=('owner', 'organisation', 'desk', 'name'), name='saved_view_once_per_desk'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('desk', 'queue'), ('organisation__isnull', True)), models.Q(models.Q(('desk', 'queue'), _negated=True), ('organisation__isnull', False)), _connector='OR'), name='saved_view_of_one_desk'),
        ),
    ]
