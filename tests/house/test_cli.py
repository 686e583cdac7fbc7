"""The command line: exit codes 0 done, 1 refused in words, 2 wrong use (contract)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import person_by_phone
from gridapp.accounts.workflow import password_fits
from gridapp.areas.models import Committee
from gridapp.cli import main
from gridapp.core import journal
from gridapp.core.database import db, writing
from gridapp.core.journal import JournalEntry, JournalNote
from gridapp.volunteers.models import HourEntry, Skill, Volunteer
from gridapp.wishes.models import Category, Wish
from tests.conftest import MONDAY_9
from tests.factories import (
    claim,
    earn,
    how_many,
    make_admin,
    make_person,
    make_volunteer,
    make_wish,
    volunteer_of,
)
from tests.servers import empty_database

HEADINGS = "姓名,手机,居民区,技能,语言,状态\n"
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run `gridapp …` on the test's database."""

    def command(*arguments: str, typed: str | None = None, **environ: str | None) -> Result:
        db.session().rollback()
        known = {
            "GRIDAPP_DATABASE_URL": app.config["SETTINGS"].database_url,
            "GRIDAPP_SECRET_KEY": "for tests alone",
            "GRIDAPP_DEBUG": None,
        }
        done = CliRunner().invoke(main, arguments, input=typed, env={**known, **environ})
        for made in set(db._app_engines) - {app}:  # the command's own app, whose process would end here
            with made.app_context():
                db.engine.dispose()
        return done

    return command


def words(result: Result) -> str:
    """What was said; an exception that nobody caught is a failure here, not an answer."""
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result.output


# -- upgrade and demo ------------------------------------------------------------------------------


def test_a_new_town_gets_its_tables_and_a_second_time_changes_nothing(run, engine_name):  # R9, A7
    with empty_database(engine_name) as url:
        done = [
            run(command, GRIDAPP_DATABASE_URL=url).exit_code for command in ("upgrade", "upgrade", "audit")
        ]

    assert done == [0, 0, 0]


def test_what_the_town_has_changed_of_its_lists_stays(run):  # A7
    with writing(db.session()):
        db.session().execute(update(Skill).where(Skill.code == "cook").values(name="烧菜"))

    try:
        assert run("upgrade").exit_code == 0
        assert db.session().get_one(Skill, "cook").name == "烧菜"
        assert how_many(Category) == 7
    finally:
        with writing(db.session()):
            db.session().execute(update(Skill).where(Skill.code == "cook").values(name="做饭"))


def test_the_demo_fills_an_empty_database_once_and_its_audit_is_green(run, engine_name):  # contract
    with empty_database(engine_name) as url:
        first, second, audit = (
            run(command, GRIDAPP_DATABASE_URL=url) for command in ("demo", "demo", "audit")
        )

    assert (first.exit_code, second.exit_code, audit.exit_code) == (0, 1, 0), words(first) + words(audit)
    assert "not empty" in words(second)


def test_the_demo_is_not_loaded_among_real_people(run):  # contract
    make_person("老王")

    refused = run("demo")

    assert refused.exit_code == 1
    assert "not empty" in words(refused)
    assert how_many(Person) == 1


def test_the_demo_is_not_loaded_into_a_town_that_is_being_set_up(run):  # contract
    refused = run("demo")

    assert refused.exit_code == 1
    assert "not empty" in words(refused)
    assert how_many(Committee) == 4


# -- admin -----------------------------------------------------------------------------------------


def test_the_first_admin_of_a_town_gets_an_account_with_a_password_of_their_own(run):  # A2
    done = run("admin", "199-0000 1234", typed="镇长\nbamboo-and-rain\nbamboo-and-rain\n")

    assert done.exit_code == 0, words(done)
    admin = person_by_phone(db.session(), "+8619900001234")
    assert admin is not None
    assert (admin.name, password_fits(admin, "bamboo-and-rain")) == ("镇长", True)
    assert how_many(Role, person_id=admin.id, kind=RoleKind.TOWN_ADMIN, ends_at=None) == 1
    assert how_many(JournalEntry, thing="roles", step="given", by_role="system") == 1
    assert "bamboo" not in done.output


def test_somebody_with_an_account_becomes_admin_and_keeps_their_password(run):  # A2
    person = make_person("老王")

    done = run("admin", person.phone)

    assert done.exit_code == 0, words(done)
    assert how_many(Role, person_id=person.id, kind=RoleKind.TOWN_ADMIN) == 1
    assert how_many(Person) == 1


def test_whoever_is_admin_already_gets_no_second_role(run):  # C11
    admin = make_admin()

    again = run("admin", admin.phone)

    assert again.exit_code in (0, 1), words(again)
    assert how_many(Role, person_id=admin.id, kind=RoleKind.TOWN_ADMIN, ends_at=None) == 1


def test_an_admin_is_made_before_any_area_is_there(run):  # A7
    with writing(db.session()):
        for table in ("area_cover", "areas", "committees"):
            db.session().execute(text(f"DELETE FROM {table}"))

    assert (
        run("admin", "19900001234", "--name", "镇长", typed="bamboo-and-rain\nbamboo-and-rain\n").exit_code
        == 0
    )


@pytest.mark.parametrize("phone", ["12345", "021-62345678", "nobody"])
def test_what_is_no_mobile_number_is_wrong_use(run, phone):  # contract
    refused = run("admin", phone)

    assert refused.exit_code == 2
    assert "mobile" in words(refused)
    assert how_many(Person) == 0


# -- audit -----------------------------------------------------------------------------------------


def test_a_town_in_which_everything_happened_in_order_holds(run):  # C2
    earn(make_volunteer("兰"), 40)
    claim(make_wish(places=2), make_volunteer("军"))

    assert run("audit").exit_code == 0


def tamper(statement: Any) -> None:
    """Change the database behind the app's back."""
    with writing(db.session()):
        db.session().execute(statement)


def test_an_altered_step_is_named(run):  # C2
    wish = make_wish()
    tamper(
        update(JournalEntry)
        .where(JournalEntry.thing == "wishes", JournalEntry.number == 2)
        .values(by_role="author")
    )

    red = run("audit")

    assert red.exit_code == 1
    assert f"wishes {wish.id}: journal entry 2" in words(red)


def test_a_removed_step_is_named(run):  # C2
    wish = make_wish()
    tamper(text("DELETE FROM journal WHERE thing = 'wishes' AND number = 1"))

    red = run("audit")

    assert red.exit_code == 1
    assert f"wishes {wish.id}" in words(red)


def test_altered_words_are_named_and_erased_ones_are_not(run):  # C2, Y4
    lan = volunteer_of(make_volunteer("兰"))
    reason_in_journal(lan)
    tamper(update(JournalNote).values(text="因为没空"))
    assert f"volunteers {lan.id}" in words(run("audit"))

    tamper(update(JournalEntry).values(note_id=None))
    tamper(delete(JournalNote))

    assert run("audit").exit_code == 0


def reason_in_journal(volunteer: Volunteer) -> None:
    """A step with words."""
    with writing(db.session()):
        journal.record(
            db.session(), volunteer, "noted", at=MONDAY_9, by_id=None, by_role="system", note="因为有空"
        )


def test_a_miscounted_wish_is_named(run):  # W5
    wish = make_wish(places=3)
    claim(wish, make_volunteer("军"))
    tamper(update(Wish).where(Wish.id == wish.id).values(taken=2))

    red = run("audit")

    assert red.exit_code == 1
    assert f"wish {wish.id}" in words(red)


def test_hours_that_differ_from_what_was_confirmed_are_named(run):  # V3
    entry = earn(make_volunteer("兰"), 40)
    tamper(update(HourEntry).values(minutes=400))

    red = run("audit")

    assert red.exit_code == 1
    assert f"claim {entry.thing_id}" in words(red)


def test_hours_lost_altogether_are_named(run):  # V3
    claim_id = earn(make_volunteer("兰"), 40).thing_id
    tamper(text("DELETE FROM hour_entries"))

    assert f"claim {claim_id}" in words(run("audit"))


def test_all_that_is_off_is_named_and_counted(run):  # C2
    for title in ("一", "二"):
        tamper(update(Wish).where(Wish.id == make_wish(title, places=3).id).values(taken=1))

    red = run("audit")

    assert red.exit_code == 1
    assert words(red).count("wish ") == 2
    assert "2 things" in words(red)


# -- serve -----------------------------------------------------------------------------------------


def test_a_server_without_a_secret_key_is_refused_in_words(run):  # contract
    refused = run("serve", GRIDAPP_SECRET_KEY=None)

    assert refused.exit_code == 1
    assert "GRIDAPP_SECRET_KEY" in words(refused)
    assert "secrets.token_urlsafe" in words(refused)


def test_demo_people_are_served_on_this_machine_alone(run):  # contract
    person = make_person("示例")
    with writing(db.session()):
        db.session().get_one(Person, person.id).is_demo = True

    refused = run("serve", HOST="0.0.0.0")  # noqa: S104 (that is what is refused)

    assert refused.exit_code == 1
    assert "0.0.0.0" in words(refused)  # noqa: S104


@pytest.mark.parametrize(
    ("variable", "value"), [("PORT", "many"), ("GRIDAPP_LOCALE", "fr"), ("GRIDAPP_WORKERS", "0")]
)
def test_a_setting_that_makes_no_sense_is_named(run, variable, value):  # contract
    refused = run("audit", **{variable: value})

    assert refused.exit_code == 1
    assert variable in words(refused)


# -- import ----------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A list of two volunteers."""
    path = tmp_path / "list.csv"
    path.write_text(
        HEADINGS + "示例甲,19900001001,刘家宅一居委会,做饭,,已通过\n示例乙,19900001002,310105102005,,,\n",
        "utf-8",
    )
    return path


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(run, file):  # C8
    dry = run("import", "volunteers", str(file), "--dry-run")

    assert dry.exit_code == 0, words(dry)
    assert "2 volunteers would be" in words(dry)
    assert [how_many(table) for table in (Person, Volunteer, JournalEntry)] == [0, 0, 0]


def test_an_import_writes_all_rows_and_its_repetition_none(run, file):  # C8
    first = run("import", "volunteers", str(file))
    before = db.session().scalar(select(func.count(JournalEntry.id)))
    second = run("import", "volunteers", str(file))

    assert (first.exit_code, second.exit_code) == (0, 0), words(first) + words(second)
    assert how_many(Volunteer) == 2
    assert "2 were there already" in words(second)
    assert how_many(JournalEntry) == before
    assert run("audit").exit_code == 0


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_what_spreadsheets_save_is_read(run, file, encoding):  # C8
    file.write_bytes(file.read_text("utf-8").encode(encoding))

    assert run("import", "volunteers", str(file)).exit_code == 0
    assert person_by_phone(db.session(), "+8619900001001").name == "示例甲"


def test_one_wrong_row_stops_all_and_is_named_by_line_and_column(run, file):  # C8
    file.write_text(file.read_text("utf-8") + "示例丙,12345,刘家宅一居委会,做饭,,\n", "utf-8")

    refused = run("import", "volunteers", str(file))

    assert refused.exit_code == 1
    assert "list.csv, line 4, 手机" in words(refused)
    assert how_many(Person) == 0


def test_a_file_that_is_no_table_is_refused_in_words(run, file):  # C8
    file.write_bytes(b"PK\x03\x04\x00\x00\xff\xfe")

    refused = run("import", "volunteers", str(file))

    assert refused.exit_code == 1
    assert "list.csv" in words(refused)


def test_wishes_from_a_list_wait_for_a_check(run, tmp_path):  # C8, C10, Y2
    make_admin()
    path = tmp_path / "wishes.csv"
    row = "想要一盏台灯,晚上看书,物品,刘家宅一居委会,可乐路,1,,示例老伯,19900001009,可乐路1弄2号,当面"
    headings = "标题,说明,类别,居民区,路名,人数,截止日期,受益人,电话,地址,同意方式\n"
    path.write_text(
        f"{headings}{row}\n",
        "utf-8",
    )

    done = run("import", "wishes", str(path))

    assert done.exit_code == 0, words(done)
    assert how_many(Wish, state="submitted") == 1


@pytest.mark.parametrize(
    "arguments",
    [("import", "cats", __file__), ("import", "volunteers", "no-such.csv"), ("fly",), ("import",)],
)
def test_wrong_use_ends_with_two(run, arguments):  # contract
    assert run(*arguments).exit_code == 2


def test_help_names_every_command(run):  # contract
    said = words(run("--help"))

    assert all(
        command in said for command in ("serve", "upgrade", "demo", "load", "import", "audit", "admin")
    )


# -- a made-up town ---------------------------------------------------------------------------------------


def test_a_made_up_town_holds_every_invariant_and_may_grow(run, engine_name):  # C2, W5, V3
    with empty_database(engine_name) as url:
        done = [
            run("load", "--people", "150", "--wishes", wishes, "--seed", seed, GRIDAPP_DATABASE_URL=url)
            for wishes, seed in (("300", "1"), ("100", "2"))
        ]
        audit = run("audit", GRIDAPP_DATABASE_URL=url)

    assert [one.exit_code for one in done] == [0, 0], words(done[0]) + words(done[1])
    assert audit.exit_code == 0, words(audit)


def test_nothing_is_made_up_among_real_people_or_in_a_town_that_is_being_set_up(run):  # contract
    empty_town = run("load", "--people", "100", "--wishes", "100")
    make_person("老王")
    with_people = run("load", "--people", "100", "--wishes", "100")

    assert (empty_town.exit_code, with_people.exit_code) == (1, 1)
    assert "not made up" in words(with_people)
    assert (how_many(Person), how_many(Wish)) == (1, 0)
