"""Attachments of which no words were found are read once more: PDF and HWP are read now."""

from django.db import migrations


def read_again(apps, schema_editor):
    files = apps.get_model("marketinfo", "EntryFile")
    files.objects.filter(role="attachment", text="").update(text_read_at=None)


class Migration(migrations.Migration):
    dependencies = [("marketinfo", "0004_words_of_files")]

    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
