"""Real processes for the fault tests: worker, mail server, databases; each ends what it started."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.sink import Sink
from tests.processes import (
    Site,
    environment,
    free_port,
    postgres_database,
    redis_server,
    wait_until,
)

__all__ = ["Site", "free_port", "wait_until"]


@pytest.fixture
def smtp_sink() -> Iterator[Sink]:
    """A running SMTP server on a port from the kernel."""
    sink = Sink().start()
    yield sink
    sink.stop()


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis of our own, in memory only; the test is skipped, visibly, where there is none."""
    with redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with tables, copied for each trial."""
    return Site(environment(tmp_path_factory.mktemp("bare"))).folder / "portal.sqlite3"


@pytest.fixture(scope="session")
def bare_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL database with tables, copied for each test; skipped where there is none."""
    with postgres_database() as url:
        Site(environment(tmp_path_factory.mktemp("bare-work")), DATABASE_URL=url)
        yield url


@pytest.fixture
def postgres_url(bare_work: str) -> Iterator[str]:
    """A database of our own with tables."""
    with postgres_database(bare_work) as url:
        yield url


@pytest.fixture
def trial(product_env: dict[str, str], smtp_sink: Sink, bare: Path) -> Iterator[Site]:
    """The portal as `bin/run` starts it: SQLite and the file broker, with a mail server."""
    shutil.copy(bare, product_env["DATA_DIR"])
    site = Site(
        product_env,
        migrate=False,
        EMAIL_URL=f"smtp://127.0.0.1:{smtp_sink.port}",
        EMAIL_TIMEOUT="3",
    )
    yield site
    site.stop()


@pytest.fixture
def work(
    product_env: dict[str, str], smtp_sink: Sink, postgres_url: str, redis_url: str
) -> Iterator[Site]:
    """The portal at work: PostgreSQL and Redis, with a mail server."""
    site = Site(
        product_env,
        migrate=False,
        EMAIL_URL=f"smtp://127.0.0.1:{smtp_sink.port}",
        EMAIL_TIMEOUT="3",
        DATABASE_URL=postgres_url,
        BROKER_URL=redis_url,
    )
    yield site
    site.stop()


@pytest.fixture(params=["trial", "work"])
def site(request: pytest.FixtureRequest) -> Site:
    """Once as the trial runs, once as the real thing runs."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, bare: Path) -> Path:
    """A database file with tables and reference data, copied for each trial."""
    env = environment(tmp_path_factory.mktemp("filled"))
    shutil.copy(bare, env["DATA_DIR"])
    site = Site(env, migrate=False)
    site.manage("load_reference")
    return site.folder / "portal.sqlite3"


@pytest.fixture
def ready_trial(product_env: dict[str, str], smtp_sink: Sink, filled: Path) -> Iterator[Site]:
    """The trial with its reference data."""
    shutil.copy(filled, product_env["DATA_DIR"])
    site = Site(
        product_env,
        migrate=False,
        EMAIL_URL=f"smtp://127.0.0.1:{smtp_sink.port}",
        EMAIL_TIMEOUT="3",
    )
    yield site
    site.stop()


@pytest.fixture
def ready_work(work: Site) -> Site:
    """The real thing with its reference data."""
    work.manage("load_reference")
    return work


@pytest.fixture(params=["ready_trial", "ready_work"])
def ready(request: pytest.FixtureRequest) -> Site:
    """Either way of running."""
    return request.getfixturevalue(request.param)
