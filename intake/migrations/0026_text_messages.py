"""Companies that want a text message too."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Companies that want a text message too."""

    dependencies: ClassVar = [("intake", "0025_mail_replies")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="case",
            name="by_text",
            field=models.BooleanField(default=False, verbose_name="text messages wanted"),
        ),
    ]
