"""The migration operation that makes a table searchable."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from search import backends


class SearchIndex(Operation):
    """Create the side table of `table`; reversed, it is dropped.

    Write it in the migration that creates the table, or in a later one; then fill it with
    `search.index.put_many` where rows already exist.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        """How the migration writer writes it down."""
        return (self.__class__.__name__, [self.table], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """No model changes."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the side table and its index."""
        for statement in backends.backend(schema_editor.connection).create(self.table):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop it."""
        schema_editor.execute(f"DROP TABLE {backends.quoted(self.table)}", params=None)

    def describe(self) -> str:
        """What `migrate` prints."""
        return f"Make {self.table} searchable"

    @property
    def migration_name_fragment(self) -> str:
        """What `makemigrations` would call it."""
        return f"search_{self.table}"
