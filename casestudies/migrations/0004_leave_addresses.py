"""Studies at the address of another page, where nobody reached them, move beside it."""

from django.db import migrations


def move(apps, schema_editor):
    rows = apps.get_model("casestudies", "CaseStudy").objects
    for row in rows.filter(reference__in=("report", "feed", "approve")):
        rows.filter(pk=row.pk).update(reference=f"{row.reference}-{row.pk}")


class Migration(migrations.Migration):
    dependencies = [("casestudies", "0003_archive")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
