"""What waits to be indexed, and how far each index is; no row of anybody's own."""

from typing import ClassVar

from django.db import models


class Waiting(models.Model):
    """A document that a verb has written and the worker has not indexed yet.

    Written in the verb's transaction, gone once the index holds it: this table is the truth,
    waking the worker only makes it sooner. `marked_at` tells a newer version from the one that
    is being worked on.
    """

    table = models.CharField(max_length=100)
    key = models.BigIntegerField()
    title = models.TextField()
    body = models.TextField(blank=True)
    facts = models.JSONField(default=list)
    codes = models.JSONField(default=list)
    marked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "key"], name="waiting_once_per_row")
        ]


class Filling(models.Model):
    """How far an index is filled with the tokens of one tokeniser; resumed where it stopped."""

    table = models.CharField(max_length=100, primary_key=True)
    tokeniser = models.CharField(max_length=20)
    layout = models.PositiveSmallIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    done = models.BooleanField(default=False)
