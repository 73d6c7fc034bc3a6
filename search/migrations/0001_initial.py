"""What waits to be indexed, how far each index is; FTS5 tables of the first layout made anew."""

from django.db import migrations, models

from search import working


def renew(apps, schema_editor):
    """The first layout had two columns. The beat fills the tables again."""
    connection = schema_editor.connection
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND sql LIKE 'CREATE VIRTUAL TABLE%fts5(title, body%'"
        )
        tables = [name.removesuffix("_search") for (name,) in cursor.fetchall()]
    working.renew(tables, connection.alias)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Filling",
            fields=[
                ("table", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("tokeniser", models.CharField(max_length=20)),
                ("layout", models.PositiveSmallIntegerField(default=0)),
                ("upto", models.BigIntegerField(default=0)),
                ("done", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=100)),
                ("key", models.BigIntegerField()),
                ("title", models.TextField()),
                ("body", models.TextField(blank=True)),
                ("facts", models.JSONField(default=list)),
                ("codes", models.JSONField(default=list)),
                ("marked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("table", "key"), name="waiting_once_per_row")
                ],
            },
        ),
        migrations.RunPython(renew, migrations.RunPython.noop),
    ]
