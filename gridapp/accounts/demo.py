"""The people of the demo. Every name is invented and says so (示例)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, RoleKind
from gridapp.accounts.workflow import give_role, hash_password, sign_up
from gridapp.areas.models import Area
from gridapp.core import journal

PASSWORD = "gridapp-demo"
PURPOSES = ("account", "neighbourhood-help")
STAFF_SINCE = timedelta(days=240)

# The last two digits of the phone number, the name, the last two digits of the committee's code.
STAFF = (
    ("01", "甲主任", "35"),
    ("02", "乙书记", "05"),
    ("03", "丙网格长", "03"),
    ("51", "丁网格长", "21"),
    ("04", "戊老师", "24"),
    ("05", "己干部", "28"),
)
# Without a role for now: canteen, rider, trainee, organisation, and residents.
RESIDENTS = (
    ("06", "庚店员", "35"),
    ("07", "辛骑手", "21"),
    ("08", "壬社工", "12"),
    ("09", "癸代表", "34"),
    ("50", "何老伯", "05"),
    ("52", "姚阿姨", "01"),
    ("53", "邵老师", "02"),
    ("54", "汪爷叔", "03"),
    ("55", "毛妈妈", "12"),
    ("56", "贝阿婆", "21"),
    ("57", "柏师傅", "33"),
    ("58", "水阿姨", "35"),
    ("59", "云小姐", "26"),
)
# Whoever helps, or wants to; None: lives outside the town.
HELPERS = (
    ("11", "陈阿姨", "01"),
    ("12", "李爷叔", "01"),
    ("13", "小赵", "02"),
    ("14", "周老师", "02"),
    ("15", "吴师傅", "05"),
    ("16", "郑医生", "05"),
    ("17", "小冯", "01"),
    ("18", "褚阿姨", "02"),
    ("19", "卫师傅", "05"),
    ("20", "蒋老师", "01"),
    ("21", "小沈", "02"),
    ("22", "韩爷叔", "05"),
    ("23", "杨阿姨", "01"),
    ("24", "朱师傅", "02"),
    ("25", "小秦", "05"),
    ("26", "尤老师", "03"),
    ("27", "许阿姨", "06"),
    ("28", "小吕", "12"),
    ("29", "施师傅", "17"),
    ("30", "张家姆妈", "10"),
    ("31", "孔老师", "21"),
    ("32", "小曹", "26"),
    ("33", "严护士", "33"),
    ("34", "华工", None),
    ("35", "小金", None),
    ("36", "魏阿姨", "01"),
    ("37", "小陶", "02"),
    ("38", "姜师傅", "05"),
    ("39", "戚老师", "14"),
    ("40", "小谢", "37"),
)
APPLIED_LATELY = {
    "36": timedelta(days=4),
    "37": timedelta(days=2, hours=3),
    "38": timedelta(hours=5),
    "39": timedelta(days=1),
    "40": timedelta(hours=2),
}


def phone_of(digits: str) -> str:
    """The number in E.164 of the demo person with these last two digits."""
    return f"+86199000000{digits}"


def committee_of(digits: str) -> str:
    """The official code of the committee with these last two digits."""
    return f"3101051020{digits}"


def person_of(session: Session, digits: str) -> Person:
    """The demo person whose phone number ends on these two digits."""
    return session.scalars(select(Person).where(Person.phone == phone_of(digits))).one()


def load(session: Session, at: datetime) -> None:
    """Write the people with consents and roles; they came over the months before `at` (UTC). A2, Y1."""
    password_hash = hash_password(PASSWORD)
    people = {}
    for digits, name, committee in sorted((*STAFF, *RESIDENTS, *HELPERS), key=lambda row: _came(row[0], at)):
        people[digits] = sign_up(
            session,
            phone=phone_of(digits),
            password_hash=password_hash,
            name=f"{name}（示例）",
            committee_code=committee and committee_of(committee),
            purposes=PURPOSES,
            at=_came(digits, at),
        )
        people[digits].is_demo = True
    helpers = {digits for digits, _name, _committee in HELPERS}
    for digits, person in people.items():
        if digits not in helpers:  # a helper's number is proven by whoever approves (A9)
            _prove(session, person)
    _give_roles(session, people, at - STAFF_SINCE + timedelta(hours=1))
    session.flush()


def _came(digits: str, at: datetime) -> datetime:
    """When the person signed up: staff first, then the others over the months, applicants lately."""
    if digits in APPLIED_LATELY:
        return at - APPLIED_LATELY[digits]
    if any(digits == row[0] for row in STAFF):
        return at - STAFF_SINCE + timedelta(minutes=int(digits))
    return at - timedelta(days=200 - 2 * int(digits), hours=int(digits) % 9)


def _prove(session: Session, person: Person) -> None:
    person.phone_proven_at = person.created_at
    journal.record(session, person, "phone_proven", at=person.created_at, by_id=None, by_role="system")


def _give_roles(session: Session, people: Mapping[str, Person], since: datetime) -> None:
    area = {row.code: row.id for row in session.execute(select(Area.code, Area.id))}
    admin = people["01"]
    give_role(
        session, admin, RoleKind.TOWN_ADMIN, at=since, by_id=None, area_id=area["town"], post="镇办公室"
    )
    for digits, code, post in (
        ("02", "block-5", "第五街区书记"),
        ("03", "grid-4", "第四网格长"),
        ("51", "grid-1", "第一网格长"),
    ):
        give_role(
            session,
            people[digits],
            RoleKind.COORDINATOR,
            at=since,
            by_id=admin.id,
            area_id=area[code],
            post=post,
        )
    for digits, kind, place in (
        ("04", RoleKind.TRAINER, "镇社会工作办公室"),
        ("05", RoleKind.OFFICER, "镇管理办"),
    ):
        give_role(session, people[digits], kind, at=since, by_id=admin.id, place=place)
