from django.db import migrations

import intake.models.typed


class Migration(migrations.Migration):

    dependencies = [
        ("intake", "0026_text_messages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batchrow",
            name="cells",
            field=intake.models.typed.Typed(default=dict, verbose_name="cells"),
        ),
    ]
