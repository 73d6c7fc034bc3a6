"""Fills an empty database with invented cases: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models.fields import NOT_PROVIDED
from django.utils.module_loading import import_string

from accounts.models import Membership, Organisation, User
from accounts.sign_in import session as proof
from bench.rows import FULL_EVERY, Cases, Known
from intake.models import Case
from reference.models import Category, Country, Province, Sector
from search import index

BATCH = 2000
OFFICERS = 12


def base() -> None:
    """Tables and reference rows: what every size starts from."""
    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=io.StringIO())


def fill(n: int, now: str = "", *, search: bool = False) -> dict[str, Any]:
    """Load `n` cases as of a moment (ISO; now); answers what a measurement needs to know.

    That is: the key of an officer's session, a case with a whole life, choices of filters.
    """

    began = time.monotonic()
    officers = _officers()
    moment = dt.datetime.fromisoformat(now) if now else dt.datetime.now(dt.UTC)
    stock = Cases(n, moment, known(officers))
    life = stock.life()
    streams: list[tuple[str, Iterable[dict[str, Any]]]] = [
        ("accounts.Company", stock.companies()),
        ("intake.Case", stock.cases()),
        ("intake.CaseEvent", life.events()),
        ("intake.Message", life.messages()),
        ("files.StoredFile", life.files()),
        ("intake.Attachment", life.attachments()),
        ("intake.Referral", life.referrals()),
        ("intake.Consent", life.consents()),
        ("notifications.Notice", life.notices()),
    ]
    with transaction.atomic():
        for label, rows in streams:
            write(apps.get_model(label), rows)
    if search:
        _search()
    _settle()
    return {
        "n": n,
        "cookie": session(officers[0]),
        "case": n - n % FULL_EVERY,
        "choices": choices(stock),
        "seconds": round(time.monotonic() - began, 1),
    }


def count() -> dict[str, float]:
    """Do what the beat would have counted by now; how many seconds each task took.

    Tasks that move cases stay out: no case is to move while pages are measured.
    """
    took = {}
    for row in settings.CELERY_BEAT_SCHEDULE.values():
        name = row["task"]
        if any(word in name.rpartition("tasks")[2] for word in ("figures", "count")):
            began = time.monotonic()
            import_string(name)()
            took[name] = round(time.monotonic() - began, 2)
    return took


def choices(stock: Cases) -> dict[str, str]:
    """What a queue can be asked for: for each kind the most and the least frequent."""
    of = stock.known
    codes = dict(Organisation.objects.values_list("pk", "code"))
    category = str(of.categories[0])
    top = Category.objects.get(pk=category).parent_id
    return {
        "country": stock.countries.choices[0],
        "rare country": stock.countries.choices[-1],
        "category": str(top),
        "sub-category": category,
        "rare category": str(of.categories[-1]),
        "filer": codes[of.partners[0]],
        "rare filer": codes[of.partners[-1]],
        # The body that owes an answer on case 1,000 (rows.referrals): there at every size.
        "body": codes[of.bodies[24 % len(of.bodies)]],
        "officer": str(of.officers[1]),
        "since": (stock.now - dt.timedelta(days=7)).date().isoformat(),
    }


def known(officers: list[int]) -> Known:
    """The keys that cases point to, in a fixed order."""

    bodies = Organisation.objects.current().filter(kind__in=["ministry", "agency", "public"])
    return Known(
        countries=list(Country.objects.order_by("-weight", "iso2").values_list("pk", flat=True)),
        categories=list(Category.objects.subs().order_by("pk").values_list("pk", flat=True)),
        sectors=list(Sector.objects.order_by("pk").values_list("pk", flat=True)),
        provinces=list(Province.objects.order_by("pk").values_list("pk", flat=True)),
        partners=list(
            Organisation.objects.partners().order_by("code").values_list("pk", flat=True)
        ),
        bodies=list(bodies.order_by("code").values_list("pk", flat=True)),
        officers=officers,
    )


def _officers() -> list[int]:
    """Officers of the secretariat, the first of whom looks at the pages."""

    secretariat = Organisation.objects.get(kind="secretariat")
    made = User.objects.bulk_create(
        User(email=f"bench{i}@portal.example", name=f"담당자 {i}", is_staff=True)
        for i in range(1, OFFICERS + 1)
    )
    Membership.objects.bulk_create(Membership(user=u, organisation=secretariat) for u in made)
    return [user.pk for user in made]


def session(user_pk: int) -> str:
    """The key of a session in which this officer is signed in."""

    user = User.objects.get(pk=user_pk)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    proof.begin(store)
    proof.record(store, proof.SECOND_FACTOR, user.pk)
    store.create()
    return str(store.session_key)


# --- Writing ------------------------------------------------------------------------------
def write(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows of one table as fast as its database takes them."""
    named, rows = _peek(rows)
    if not named:
        return
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (field.column in named or not field.primary_key)
    ]
    columns = [f.column for f in fields]
    # Columns that the rows leave out get the model's own default, once for all.
    given = [(f.column, _default(f)) for f in fields]
    quote = connection.ops.quote_name
    listed = ", ".join(map(quote, columns))
    table = quote(model._meta.db_table)
    if connection.vendor == "postgresql":
        encoders = [_copy_text(f) for f in fields]
        missing = [
            encode(default) for encode, (_name, default) in zip(encoders, given, strict=True)
        ]
        plan = list(zip(columns, encoders, missing, strict=True))
        with connection.cursor() as cursor, _Bare(cursor, model._meta.db_table):
            cursor.copy_expert(f"COPY {table} ({listed}) FROM STDIN", _Stream(_lines(rows, plan)))
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)
        return
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {table} ({listed}) VALUES ({marks})"  # noqa: S608
    with connection.cursor() as cursor:
        batch: list[list[Any]] = []
        for row in rows:
            values = [row.get(name, default) for name, default in given]
            batch.append(
                [f.get_db_prep_save(v, connection) for f, v in zip(fields, values, strict=True)]
            )
            if len(batch) == BATCH:
                cursor.executemany(statement, batch)
                batch = []
        if batch:
            cursor.executemany(statement, batch)


def _peek(rows: Iterable[dict[str, Any]]) -> tuple[set[str], Iterator[dict[str, Any]]]:
    source = iter(rows)
    first = next(source, None)
    if first is None:
        return set(), iter(())

    def again() -> Iterator[dict[str, Any]]:
        yield first
        yield from source

    return set(first), again()


def _default(field: Any) -> Any:
    if field.default is not NOT_PROVIDED:
        return field.get_default()
    return None if field.null else field.get_default()


def _copy_text(field: Any) -> Callable[[Any], str]:
    """How a value of a field is written in COPY's text format."""
    if isinstance(field, models.JSONField):
        return lambda value: "\\N" if value is None else _escaped(json.dumps(value))
    if isinstance(field, models.BooleanField):
        return lambda value: "t" if value else "f"
    if isinstance(field, models.CharField | models.TextField):
        return lambda value: "\\N" if value is None else _escaped(value)
    return lambda value: "\\N" if value is None else str(value)


def _escaped(text: str) -> str:
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\n", "\\n")
        text = text.replace("\t", "\\t").replace("\r", "\\r")
    return text


def _lines(rows: Iterable[dict[str, Any]], plan: list[Any]) -> Iterator[str]:
    for row in rows:
        cells = [encode(row[name]) if name in row else other for name, encode, other in plan]
        yield "\t".join(cells) + "\n"


class _Stream(io.RawIOBase):
    """Lines as the file that COPY reads."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        """About as many bytes as asked for; empty at the end."""
        parts, have = [self.rest], len(self.rest)
        for line in self.lines:
            data = line.encode()
            parts.append(data)
            have += len(data)
            if have >= size > 0:
                break
        whole = b"".join(parts)
        self.rest = whole[size:] if size > 0 else b""
        return whole[:size] if size > 0 else whole


class _Bare:
    """A table without its secondary indexes and row triggers while much is written into it."""

    def __init__(self, cursor: Any, table: str) -> None:
        self.cursor, self.table = cursor, table
        self.indexes: list[tuple[str, str]] = []

    def __enter__(self) -> None:
        self.cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes i WHERE tablename = %s "
            "AND schemaname = current_schema() AND NOT EXISTS "
            "(SELECT FROM pg_constraint WHERE conname = indexname)",
            [self.table],
        )
        self.indexes = self.cursor.fetchall()
        for name, _definition in self.indexes:
            self.cursor.execute(f'DROP INDEX "{name}"')
        # Without it every reference is looked up row by row: right, but slow.
        self.unchecked = _superuser(self.cursor)
        if self.unchecked:
            self.cursor.execute("SET LOCAL session_replication_role = replica")

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            if self.unchecked:
                self.cursor.execute("SET LOCAL session_replication_role = DEFAULT")
            for _name, definition in self.indexes:
                self.cursor.execute(definition)


def _superuser(cursor: Any) -> bool:
    cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    return bool(cursor.fetchone()[0])


def _search() -> None:
    """Fill the side table of the search, as the verbs do with each case."""

    names = ("pk", "title", "company_name", "product", "situation", "problem", "request")
    rows = Case.objects.order_by("pk").values_list(*names).iterator(chunk_size=BATCH)
    index.put_many(Case, ((row[0], row[1], " ".join(row[2:])) for row in rows))


def _settle() -> None:
    """Let the planner know the rows, and the disk have them, before anything is timed."""
    with connection.cursor() as cursor:
        # Nothing on SQLite: the portal never analyses there either.
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE, FREEZE)")
            if _superuser(cursor):
                cursor.execute("CHECKPOINT")
