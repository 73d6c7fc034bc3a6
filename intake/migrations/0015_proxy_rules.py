from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0014_proxy_of_old_cases'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['contact_address', '-id'], name='case_by_contact'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('confirm_asked_at__isnull', False), ('confirmed_at__isnull', True)), fields=['filer_organisation', 'confirm_asked_at'], name='case_unconfirmed'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('filer_organisation__isnull', True), ('keeper__isnull', True), ('proxy', '')), models.Q(('filer_organisation__isnull', False), ('proxy__in', ['acting', 'following', 'dismissed'])), _connector='OR'), name='case_proxy_of_filer'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), ('confirm_asked_at__isnull', False), _connector='OR'), name='case_confirmed_was_asked'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(fields=('case', 'kind', 'text_version', 'by_officer'), name='consent_once_per_text'),
        ),
    ]
