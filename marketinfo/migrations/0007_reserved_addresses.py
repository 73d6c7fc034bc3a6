"""Every address of another page is closed to references."""

from django.db import migrations, models

RESERVED = ("requirements", "countries", "files", "report", "following", "feed", "approve")


def closed(name):
    """The constraint of one model, in the place of the shorter one."""
    constraint = f"{name}_reference_not_reserved"
    return [
        migrations.RemoveConstraint(model_name=name, name=constraint),
        migrations.AddConstraint(
            model_name=name,
            constraint=models.CheckConstraint(
                condition=~models.Q(reference__in=RESERVED), name=constraint
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("marketinfo", "0006_leave_addresses")]

    operations = [*closed("article"), *closed("requirement")]
