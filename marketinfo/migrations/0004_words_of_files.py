"""Beside an attachment's words stands why they are not all there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketinfo", "0003_following")]

    operations = [
        migrations.AddField(
            model_name="entryfile",
            name="text_problem",
            field=models.CharField(blank=True, editable=False, max_length=12),
        ),
    ]
