"""A searchable table made by hand, in the test's own transaction."""

import pytest
from django.db import connection, models

from search.operations import SearchIndex
from search.query import SearchMixin


class PaperQuerySet(SearchMixin):
    def open(self):
        return self.filter(hidden=False)


class Paper(models.Model):
    title = models.CharField(max_length=200)
    hidden = models.BooleanField(default=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        app_label = "search_tests"
        db_table = "search_tests_paper"


class Editor:
    """What the operation needs of a schema editor; SQLite's own refuses transactions."""

    connection = connection

    def execute(self, sql, params=None):
        with connection.cursor() as cursor:
            cursor.execute(sql, params)


@pytest.fixture
def paper_model(db):
    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    increment = " AUTOINCREMENT" if connection.vendor == "sqlite" else ""
    Editor().execute(
        f"CREATE TABLE search_tests_paper (id {key} PRIMARY KEY{increment}, "
        "title varchar(200) NOT NULL, hidden bool NOT NULL)"
    )
    SearchIndex("search_tests_paper").database_forwards("x", Editor(), None, None)
    return Paper
