"""`gridapp export`: masked unless asked otherwise by name, streamed, never cut (C4, C8)."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.core.access_log import Look
from gridapp.core.database import writing as write
from gridapp.core.exports import PAGE, Export
from gridapp.core.tables import writing
from gridapp.core.tables.reading import read_table
from tests.factories import MONDAY_9, how_many, make_admin, make_person, make_volunteer, make_wish, steps_of
from tests.sheets.conftest import Run


def test_a_list_goes_out_masked_and_is_written_down(run: Run, session: Session) -> None:  # C4
    lan = make_volunteer("示例兰")
    make_wish(author=lan)

    done = run("export", "wishes")

    assert done.exit_code == 0
    (row,) = [row.cells for row in read_table(done.stdout_bytes).rows[1:]]
    assert row[13] == "示**"
    assert "****" in row[14]
    assert row[15] == "可乐路"
    assert lan.phone not in done.stdout
    log = session.scalars(select(Export)).one()
    assert (log.kind, log.personal, log.by_id) == ("wishes", False, None)
    assert steps_of(log) == ["exported"]
    assert how_many(Look) == 0


def test_personal_data_goes_out_under_somebodys_name_and_each_person_can_read_it(
    run: Run, session: Session, tmp_path: Path
) -> None:  # C4
    admin, wish = make_admin(), make_wish()
    file = tmp_path / "wishes.xlsx"
    arguments = ("export", "wishes", "--format", "xlsx", "--out", str(file), "--with-personal-data")

    nameless, stranger = run(*arguments), run(*arguments, "--as", str(make_person().phone))
    assert (nameless.exit_code, stranger.exit_code, file.exists()) == (2, 1, False)
    done = run(*arguments, "--as", str(admin.phone))

    assert done.exit_code == 0, done.output
    assert read_table(file.read_bytes()).rows[1].cells[15].startswith("可乐路一二三弄4号")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    look = session.scalars(select(Look)).one()
    assert (look.thing, look.thing_id, look.by_id, look.by_role) == (
        "wishes",
        wish.id,
        admin.id,
        "town_admin",
    )
    assert steps_of(session.scalars(select(Export)).one()) == ["exported_personal"]


@pytest.mark.parametrize("kind", ["areas", "people", "volunteers", "hours", "wishes"])
def test_every_kind_goes_out(run: Run, kind: str) -> None:
    assert run("export", kind).exit_code == 0


def test_a_long_list_is_read_a_page_at_a_time(run: Run, session: Session) -> None:
    with write(session):
        session.execute(
            Person.__table__.insert(),
            [{"name": f"示例{n}", "created_at": MONDAY_9, "is_demo": False} for n in range(2 * PAGE + 1)],
        )
    seen: list[str] = []
    with watching(seen):
        done = run("export", "people")

    assert len(read_table(done.stdout_bytes).rows) == 2 * PAGE + 2
    assert len(seen) == 3


def test_a_workbook_that_would_be_cut_is_refused_and_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        make_person(f"示例{number}")
    monkeypatch.setattr(writing.write_xlsx, "__kwdefaults__", {"last": 3})
    file = tmp_path / "people.xlsx"

    refused = run("export", "people", "--format", "xlsx", "--out", str(file))

    assert refused.exit_code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "cats"),
        ("export", "people", "--format", "xlsx"),
        ("export", "people", "--format", "pdf"),
        ("import", "people", __file__, "--report", "wrong.pdf"),
    ],
)
def test_wrong_use_ends_with_two(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_help_says_what_is_read_and_written(run: Run) -> None:
    for command in ("import", "export"):
        said = run(command, "--help").output
        assert "areas" in said
        assert "personal data" in said or "dry" in said


class watching:  # noqa: N801 (read as a word)
    """Counts the statements that read people a page at a time."""

    def __init__(self, seen: list[str]):
        self.seen = seen

    def _note(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM people" in statement and "LIMIT" in statement and "disabled_at" in statement:
            self.seen.append(statement)

    def __enter__(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._note)

    def __exit__(self, *_wrong: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)
