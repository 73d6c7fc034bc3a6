"""Makes cases findable at the desk."""

from django.db import migrations

from search.operations import SearchIndex


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [SearchIndex("intake_case")]
