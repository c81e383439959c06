"""A database of the benchmark's own, beside the real one in the same cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.env import read_env_file
from setup.common import ROOT, VAR

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def configuration() -> dict[str, str]:
    """The environment with what `.env` and `var/env` add, as the settings read it."""
    values = dict(os.environ)
    read_env_file(ROOT / ".env", values)
    read_env_file(VAR / "env", values)
    return values


def renamed(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def own_database(name: str) -> Iterator[dict[str, str]]:
    """Make an empty database and yield the environment that points at it; it is dropped at the end."""
    values = configuration()
    urls = {key: values.get(key, "") for key in ("DATABASE_URL", "PUBLIC_DATABASE_URL")}
    if not all(urls.values()):
        sys.exit("kentongan: DATABASE_URL is not set; start with: make bench")
    database = sql.Identifier(name)
    with psycopg.connect(renamed(urls["DATABASE_URL"], "postgres"), autocommit=True) as server:
        drop(server, database)
        server.execute(sql.SQL("CREATE DATABASE {}").format(database))
        try:
            yield {**values, **{key: renamed(url, name) for key, url in urls.items()}}
        finally:
            drop(server, database)


def drop(server: psycopg.Connection[tuple[object, ...]], database: sql.Identifier) -> None:
    """Drop a database. Only the plain form sends autovacuum away, only the other one what still is connected."""
    try:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(database))
    except psycopg.errors.ObjectInUse:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))


def durability(url: str) -> Mapping[str, str]:
    """What the server promises about commits. Ends the run when it would promise less than production does."""
    with psycopg.connect(url) as connection:
        found = {name: str(connection.execute(f"SHOW {name}").fetchone()[0]) for name in DURABLE}  # type: ignore[index]
    if found != DURABLE:
        weak = ", ".join(f"{name} = {value}" for name, value in found.items() if value != DURABLE[name])
        sys.exit(
            f"kentongan: this cluster runs with {weak}: what it commits is not durable, so it is no figure"
        )
    return found
