"""Entries at the address of another page, where nobody reached them, move beside it."""

from django.db import migrations


def move(apps, schema_editor):
    for name in ("Article", "Requirement"):
        rows = apps.get_model("marketinfo", name).objects
        for row in rows.filter(reference__in=("report", "feed", "approve")):
            rows.filter(pk=row.pk).update(reference=f"{row.reference}-{row.pk}")


class Migration(migrations.Migration):
    dependencies = [("marketinfo", "0005_read_files_again")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
