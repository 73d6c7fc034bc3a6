"""Every address of another page is closed to references."""

from django.db import migrations, models

RESERVED = ("requirements", "countries", "files", "report", "following", "feed", "approve")
NAME = "casestudy_reference_not_reserved"


class Migration(migrations.Migration):
    dependencies = [("casestudies", "0004_leave_addresses")]

    operations = [
        migrations.RemoveConstraint(model_name="casestudy", name=NAME),
        migrations.AddConstraint(
            model_name="casestudy",
            constraint=models.CheckConstraint(
                condition=~models.Q(reference__in=RESERVED), name=NAME
            ),
        ),
    ]
