"""Prints the DATABASE_URL of a PostgreSQL for tests, from PGHOST and its like. Exit code 1 and a sentence where none answers."""

import os
import sys
from urllib.parse import quote

import psycopg


def url() -> str:
    """The address, with libpq's variables over the usual values of a test server."""
    host, port = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGPORT", "5432")
    user, password = os.environ.get("PGUSER", "postgres"), os.environ.get("PGPASSWORD", "")
    secret = f":{quote(password, safe='')}" if password else ""
    return (
        f"postgres://{quote(user, safe='')}{secret}@{host}:{port}/{os.environ.get('PGDATABASE', 'postgres')}"
    )


def main() -> None:
    """Print it if it answers."""
    try:
        psycopg.connect(url(), connect_timeout=3).close()
    except psycopg.OperationalError as error:
        where = url().rpartition("@")[2]
        sys.exit(
            f"No PostgreSQL answers at {where} ({str(error).splitlines()[0]}). Start one, or set PGHOST, PGPORT, PGUSER and PGPASSWORD."
        )
    print(url())


if __name__ == "__main__":
    main()
