"""Many rows at once, past the ORM: COPY on PostgreSQL, one prepared INSERT on SQLite. For `gridapp load` alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, func, inspect, select, text
from sqlalchemy.orm import Session


class Bulk:
    """Writes rows of models within the session's transaction; the caller commits.

    Rows have an id of their own, counted from `next_id`: whoever writes what refers to them knows it.
    """

    def __init__(self, session: Session):
        self._session = session
        self._next: dict[str, int] = {}
        self._processors: dict[tuple[Table, tuple[str, ...]], list[Any]] = {}
        self.is_postgres = session.get_bind().dialect.name == "postgresql"
        if not self.is_postgres:  # what is made up need not outlive a power cut
            session.execute(text("PRAGMA cache_size=-200000"))
            session.rollback()

    def next_id(self, model: type[Any]) -> int:
        """An id that no row of the model has."""
        name = model.__tablename__
        if name not in self._next:
            self._next[name] = (self._session.scalar(select(func.max(model.id))) or 0) + 1
        number = self._next[name]
        self._next[name] = number + 1
        return number

    def put(self, model: type[Any], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows; each has the values of `columns`, which are all that are not empty."""
        table: Table = inspect(model).local_table
        known = self._processors_of(table, tuple(columns))
        names = ", ".join(columns)
        ready = [
            [value if make is None else make(value) for make, value in zip(known, row, strict=True)]
            for row in rows
        ]
        if not ready:
            return
        raw: Any = self._session.connection().connection.driver_connection
        if self.is_postgres:
            with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            raw.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", ready)  # noqa: S608 (names of ours)

    def finish(self) -> None:
        """Let the database go on counting behind our ids, and learn what is in its tables now."""
        if self.is_postgres:
            for name, number in self._next.items():
                place = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                self._session.execute(place, {"name": name, "last": number - 1})
        self._session.execute(text("ANALYZE"))

    def _processors_of(self, table: Table, columns: tuple[str, ...]) -> list[Any]:
        key = (table, columns)
        if key not in self._processors:
            dialect = self._session.get_bind().dialect
            kinds = [table.c[name].type for name in columns]
            self._processors[key] = [kind.dialect_impl(dialect).bind_processor(dialect) for kind in kinds]
        return self._processors[key]
