"""A small town and its people, made by plain functions through the same workflows that the app uses.

Committees 刘家宅一 and 福泉路 lie in 第五街区, whose coordinator is `make_coordinator()`; 程桥 lies in
第四网格, and 新泾 in no coordinator's area.
"""

from __future__ import annotations

import io
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridapp.accounts import workflow as accounts
from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import Actor, actor_of
from gridapp.areas.models import Area, AreaCover, AreaKind, Committee, Town
from gridapp.core.database import db, writing
from gridapp.core.journal import JournalEntry, record
from gridapp.core.outbox import Message
from gridapp.core.photos import read_photo
from gridapp.organisations import workflow as organisations
from gridapp.organisations.models import Membership, Organisation, OrganisationKind
from gridapp.photos.models import Choice, Photo
from gridapp.photos.queries import photos_of
from gridapp.photos.workflow import change_photos
from gridapp.safety.models import Incident, Parting
from gridapp.volunteers import workflow as volunteers
from gridapp.volunteers.models import HourEntry, Volunteer, VolunteerState
from gridapp.wishes.models import ITEM, Claim, Contact, Source, Wish, WishState
from gridapp.wishes.workflow import checking, claiming, door, entering, finishing, sharing

MONDAY_9 = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 9:00 in Shanghai
PASSWORD = "gridapp-test"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
HOME, NEXT_DOOR, ELSEWHERE, NOBODYS = "310105102001", "310105102005", "310105102024", "310105102035"
ADDRESS = "可乐路一二三弄4号501室"
BENEFICIARY_PHONE = "+8619900009999"
_numbers = itertools.count(1)


def picture_file(
    size: tuple[int, int] = (640, 480), colour: str = "teal", kind: str = "JPEG", **how: Any
) -> bytes:
    """A file with a picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **how)
    return out.getvalue()


PICTURE = read_photo(io.BytesIO(picture_file((64, 48))), "photo.jpg")
A_PHOTO = Choice(pictures=(PICTURE,))


def make_town(session: Session) -> None:
    """Four committees, a block, a grid and the town."""
    names = {
        HOME: "刘家宅一居委会",
        NEXT_DOOR: "福泉路居委会",
        ELSEWHERE: "程桥居委会",
        NOBODYS: "新泾居委会",
    }
    covers = {
        ("town", AreaKind.TOWN, "新泾镇"): list(names),
        ("block-5", AreaKind.BLOCK, "第五街区"): [HOME, NEXT_DOOR],
        ("grid-4", AreaKind.GRID, "第四网格"): [ELSEWHERE],
    }
    with writing(session):
        session.add(Town(id=1, name="新泾镇", help_phone="021 0000 0000", help_hours="8:30–17:00"))
        session.add_all(Committee(code=code, name=name) for code, name in names.items())
        session.flush()
        for (code, kind, name), codes in covers.items():
            area = Area(code=code, kind=kind, name=name)
            session.add(area)
            session.flush()
            session.add_all(AreaCover(area_id=area.id, committee_code=one, kind=kind) for one in codes)


def area(code: str) -> Area:
    """The area with this code."""
    return db.session().scalars(select(Area).where(Area.code == code)).one()


def make_person(name: str = "居民", *, committee: str | None = HOME, proven: bool = True) -> Person:
    """Somebody with an account."""
    session = db.session()
    with writing(session):
        person = Person(
            phone=f"+86199{next(_numbers):08d}",
            phone_proven_at=MONDAY_9 if proven else None,
            password_hash=PASSWORD_HASH,
            name=name,
            committee_code=committee,
            created_at=MONDAY_9 - timedelta(days=90),
        )
        session.add(person)
    return person


def make_volunteer(
    name: str = "志愿者",
    *,
    committee: str | None = HOME,
    state: VolunteerState = VolunteerState.APPROVED,
    max_live: int = 3,
    areas: tuple[str, ...] = (),
) -> Person:
    """A person who is a volunteer in `state`; the volunteer's row is `volunteer_of(person)`."""
    person = make_person(name, committee=committee, proven=state != VolunteerState.APPLIED)
    session = db.session()
    with writing(session):
        volunteer = volunteers.apply(
            session, person, area_ids=[area(code).id for code in areas], at=MONDAY_9 - timedelta(days=60)
        )
        if state != VolunteerState.APPLIED:
            since = MONDAY_9 - timedelta(days=59)
            record(session, volunteer, "made", at=since, by_id=None, by_role="system", to_state=state)
        volunteer.state, volunteer.max_live = state, max_live
    return person


def volunteer_of(person: Person) -> Volunteer:
    """The person's row as a volunteer."""
    return db.session().scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()


def give_role(person: Person, kind: RoleKind, area_code: str) -> Role:
    """A role at an area, since before anybody applied."""
    session = db.session()
    with writing(session):
        return accounts.give_role(
            session, person, kind, at=MONDAY_9 - timedelta(days=80), by_id=None, area_id=area(area_code).id
        )


def make_coordinator(area_code: str = "block-5", name: str = "街区书记") -> Person:
    """The coordinator of an area."""
    person = make_person(name)
    give_role(person, RoleKind.COORDINATOR, area_code)
    return person


def make_admin() -> Person:
    """The town admin."""
    person = make_person("镇管理员", committee=NOBODYS)
    give_role(person, RoleKind.TOWN_ADMIN, "town")
    return person


def actor(person: Person, at: datetime = MONDAY_9) -> Actor:
    """The person as workflows take who acts."""
    return actor_of(db.session(), person, at=at)


def make_organisation(
    name: str = "同心公司",
    *,
    speaker: Person | None = None,
    committee: str = HOME,
    approved: bool = True,
    at: datetime = MONDAY_9 - timedelta(days=30),
) -> Organisation:
    """An organisation that `speaker` entered, and for which they speak once it is approved."""
    speaker, session = speaker or make_person("代表"), db.session()
    with writing(session):
        entered = organisations.enter(
            session,
            by=actor(speaker, at),
            name=name,
            kind=OrganisationKind.COMPANY,
            committee_code=committee,
            at=at,
        )
    if approved:
        with writing(session):
            checker = Actor(make_person("核对人"), (), frozenset({committee}))
            organisations.approve(session, entered, by=checker, at=at)
    return entered


def invite(organisation: Organisation, phone: str, at: datetime = MONDAY_9) -> Membership:
    """The representative asks whoever has this number to join."""
    session = db.session()
    with writing(session):
        (speaker,) = organisations.speakers(session, organisation, at=at)
        by = actor(session.get_one(Person, speaker), at)
        return organisations.invite(session, organisation, phone, by=by, at=at)


def join(organisation: Organisation, person: Person, at: datetime = MONDAY_9) -> Membership:
    """The person is invited, and joins."""
    invitation, session = invite(organisation, person.phone or "", at), db.session()
    with writing(session):
        organisations.accept(session, invitation, by=actor(person, at), at=at)
    return invitation


def make_wish(
    title: str = "想要一盏台灯",
    *,
    author: Person | None = None,
    state: WishState = WishState.OPEN,
    at: datetime = MONDAY_9 - timedelta(days=1),
    source: Source = Source.SELF,
    consent_how: str | None = None,
    contact: Contact | None = None,
    **facts: Any,
) -> Wish:
    """A wish that was entered, and published unless `state` is submitted."""
    author = author or make_person("许愿人")
    session = db.session()
    known = {
        "text": "晚上看书用。",
        "category_code": "errand",  # a thing would need a photo when it is delivered (W11)
        "committee_code": HOME,
        "road": "可乐路",
        "places": 1,
    }
    with writing(session):
        wish = entering.submit_wish(
            session,
            by=actor(author, at),
            at=at,
            facts={"title": title, **known, **facts},
            contact=contact
            or Contact(
                author.name, (author.phone or "") if source == Source.SELF else BENEFICIARY_PHONE, ADDRESS
            ),
            source=source,
            consent_how=consent_how,
        )
    if state == WishState.OPEN:
        with writing(session):
            checker = Actor(make_person("核对人"), (), frozenset({wish.committee_code}))
            checking.publish_wish(session, wish, by=checker, at=at)
    return wish


def claim(wish: Wish, by: Person, at: datetime = MONDAY_9) -> Claim:
    """`by` takes the wish on."""
    session = db.session()
    with writing(session):
        return claiming.claim_wish(session, wish, by=actor(by, at), at=at, today=at.date())


def take_share(wish: Wish, member: Membership, at: datetime = MONDAY_9) -> Claim:
    """The representative takes a share on for the member's organisation; the member goes."""
    session = db.session()
    with writing(session):
        (speaker,) = organisations.speakers(session, member.organisation, at=at)
        by = actor(session.get_one(Person, speaker), at)
        return sharing.take_share(session, wish, member, by=by, at=at, today=at.date())


def report_incident(wish: Wish, by: Person, at: datetime = MONDAY_9) -> Incident:
    """`by` reports that something happened."""
    session = db.session()
    with writing(session):
        return door.report_incident(session, wish, by=actor(by, at), at=at)


def keep_apart(claim: Claim, by: Person, at: datetime = MONDAY_9) -> Parting:
    """`by` says: not this person again."""
    session = db.session()
    with writing(session):
        return door.keep_apart(session, claim, by=actor(by, at), at=at)


def report(claim: Claim, minutes: int = 40, at: datetime = MONDAY_9, photos: Choice | None = None) -> None:
    """The holder reports it done, with a photo where something was delivered."""
    session = db.session()
    shown = A_PHOTO if claim.wish.category_code == ITEM else Choice()
    with writing(session):
        finishing.report_done(
            session,
            claim,
            by=actor(claim.person, at),
            sentence="送到了",
            minutes=minutes,
            at=at,
            photos=photos or shown,
        )


def confirm(claim: Claim, by: Person, at: datetime = MONDAY_9) -> None:
    """`by` confirms that the wish came true."""
    session = db.session()
    with writing(session):
        finishing.confirm(session, claim, by=actor(by, at), thanks="谢谢", at=at, day=at.date())


def earn(person: Person, minutes: int = 40, at: datetime = MONDAY_9) -> HourEntry:
    """Hours of `person` in the ledger, earned by a wish that came true."""
    wish = make_wish(at=at - timedelta(days=1))
    held = claim(wish, person, at)
    report(held, minutes, at)
    confirm(held, wish.author, at)
    return db.session().scalars(select(HourEntry).order_by(HourEntry.id.desc()).limit(1)).one()


def add_photos(thing: Any, by: Person, count: int = 1, at: datetime = MONDAY_9) -> list[Photo]:
    """Photos of a thing, as its owner's workflow adds them."""
    session = db.session()
    with writing(session):
        chosen = Choice(pictures=(PICTURE,) * count)
        change_photos(session, thing, chosen, by_id=by.id, by_role="author", at=at, most=3)
    return list(photos_of(session, thing.__tablename__, thing.id))


def how_many(model: type[Any], **facts: Any) -> int:
    """How many rows there are with these facts."""
    session = db.session()
    session.rollback()
    return session.scalar(select(func.count()).select_from(model).filter_by(**facts)) or 0


def told(person: Person) -> list[str]:
    """The kinds of the messages that the person was sent, oldest first; without those that were revoked."""
    return list(
        db.session().scalars(
            select(Message.kind)
            .where(Message.person_id == person.id, Message.revoked_at.is_(None))
            .order_by(Message.id)
        )
    )


def journal_of(thing: Any) -> list[JournalEntry]:
    """Every step of the thing, oldest first."""
    return list(
        db.session().scalars(
            select(JournalEntry)
            .where(JournalEntry.thing == thing.__tablename__, JournalEntry.thing_id == thing.id)
            .order_by(JournalEntry.number)
        )
    )


def steps_of(thing: Any) -> list[str]:
    """The names of the thing's steps, oldest first."""
    return [entry.step for entry in journal_of(thing)]
