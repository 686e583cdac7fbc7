"""What each feature contributes (C18); entry points iterate over these and keep no list of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gridapp.core.bulk import Bulk
from gridapp.core.refusals import Refusal
from gridapp.core.tables.cells import Choices
from gridapp.core.tables.headings import Column
from gridapp.core.tables.reports import ImportReport
from gridapp.core.tables.writing import Value


@dataclass(frozen=True)
class Importer:
    """Reads a list into the database, all rows or none (C8).

    `label` is marked for translation. `choices` gives what may be written in some of the columns, and what it
    means. `read` takes session, sheet, `by` (who brings it in, or None) and `at` (UTC); it writes nothing when
    there is an error.
    """

    label: str
    columns: Sequence[Column]
    choices: Callable[[Session], Choices]
    read: Callable[..., ImportReport]


@dataclass(frozen=True)
class Exporter:
    """Writes a list (C8). `label` is marked for translation.

    `rows` takes a session and an actor, whose world alone is written (A5), or None for the whole town; it gives
    the values of each row in the order of `columns`, a page of the table at a time. `thing` is the table whose rows
    show personal `fields`, `ids` the statement of their ids and of the people who may read about it: each is an
    entry in the access log when they are not masked (C4); None where nothing is personal.
    """

    label: str
    columns: Sequence[Column]
    rows: Callable[[Session, Any], Iterator[Sequence[Value]]]
    thing: str | None = None
    fields: str = ""
    ids: Callable[[], Any] | None = None


@dataclass(frozen=True)
class DeskQueue:
    """A list on the desk: what waits for a coordinator.

    `name` is marked for translation; `waiting` gives for an actor, or for any of a kind (`accounts.queries.AnyActor`),
    the statement of the ids that wait, which is counted; `read` takes session, actor and now (UTC), and returns what the
    template needs, at least `rows`. What is `urgent` stands before everything else.
    """

    id: str
    name: str
    icon: str
    template: str
    waiting: Callable[[Any], Select[int]]
    read: Callable[[Session, Any, datetime], Mapping[str, Any]]
    urgent: bool = False


@dataclass(frozen=True)
class Told:
    """What a coordinator reads of each of two accounts before they become one (V5).

    `name` is marked for translation; `of` gives for a person's id a statement of one value, or of none; `words` says
    how such a value is called, where it is a code. `may_read` (session, actor, the person's id) says who reads it, where
    not everybody does who may compare the accounts.
    """

    name: str
    of: Callable[[int], Any]
    words: Mapping[Any, str] = field(default_factory=dict)
    may_read: Callable[[Session, Any, int], bool] | None = None


@dataclass(frozen=True)
class Merging:
    """What becomes of a feature's rows when two accounts of one person become one (V5).

    `moves` are the columns that name a person and go over to the account that stays. `otherwise` says of every other
    such column ("table.column") what becomes of it and why: `settle`, called before anything moves with session,
    actor, the ids of the account that goes and of the one that stays, and now, does what moving would not do right.
    `obstacles` gives, for both ids and now (UTC), statements of what is in the way, a few rows of (code, id,
    title, committee) each; `refusals` says by code what that means, with the title as `title` and the id in the link
    (C3). What has a committee is named to whoever is in charge there (A5). `duties_within` gives, for the codes of
    committees, a statement of the ids of the duties (C16) that are within them: nobody else reads what they are.
    """

    moves: Sequence[Any] = ()
    otherwise: Mapping[str, str] = field(default_factory=dict)
    obstacles: Callable[[int, int, datetime], Sequence[Select[str, int, str, str | None]]] | None = None
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    settle: Callable[[Session, Any, int, int, datetime], None] | None = None
    told: Sequence[Told] = ()
    duties_within: Callable[[Sequence[str]], Select[int]] | None = None


@dataclass
class Load:
    """What `gridapp load` makes up, handed from the lowest feature to the highest: how much is wanted, and what the
    features below have written. `dice` is seeded, so the same command makes the same town; `portions` says how many
    to write at a time, commits between, and shows how far it is.
    """

    session: Session
    bulk: Bulk
    dice: Random
    at: datetime
    people_wanted: int
    wishes_wanted: int
    committees: Sequence[str]
    portions: Callable[[int, int], Iterable[int]]
    people: list[tuple[int, str]] = field(default_factory=list)  # id, committee
    helpers: list[int] = field(default_factory=list)

    def committee(self) -> str:
        """A committee; the first of the list have the most people, as in life."""
        return self.committees[int(len(self.committees) * self.dice.random() ** 1.5)]


@dataclass(frozen=True)
class Personal:
    """Rows that a feature keeps of a person (Y4): where they lie, how they are called, and where the person sees them.

    `name` is marked for translation; `url` is the page of these rows, or None; `of` gives the condition for a person's
    id; `without` names columns that are no answer to "what do you know of me", such as hashes.
    """

    id: str
    name: str
    url: str | None
    model: Any
    of: Callable[[int], Any]
    without: frozenset[str] = frozenset()

    def ids(self, person_id: int) -> Select[Any]:
        """The keys of the person's rows, to be counted."""
        return select(self.model.__table__.primary_key.columns[0]).where(self.of(person_id))

    def read(self, session: Session, person_id: int) -> Sequence[dict[str, Any]]:
        """All of the person's rows, column by column, oldest first."""
        table = self.model.__table__
        columns = [column for column in table.columns if column.name not in self.without]
        rows = session.execute(
            select(*columns).where(self.of(person_id)).order_by(*table.primary_key.columns)
        )
        return [dict(row._mapping) for row in rows]


@dataclass(frozen=True)
class Responsibility:
    """Open things that hang on whoever has a role: listed when it ends, and handed over with it (A3).

    `name` is marked for translation; `waiting` gives for an actor the statement of the ids that are open, which
    is counted, and `titles` the statement of how they are called, as `title`. What `said` makes of a title stands
    in a message and before others' eyes: nothing personal (C4).
    """

    name: str
    waiting: Callable[[Any], Select[int]]
    titles: Callable[[Any], Select[str]]
    said: Callable[[str], str] = str


@dataclass(frozen=True)
class PhotoOwner:
    """A kind of thing that may have photos (C20), by its table.

    `page` gives, for session, actor and the thing's id, the page that shows its photos to the actor; `remove` takes
    a photo away, or raises Refused: called with session, photo, `by` and `at`.
    """

    page: Callable[[Session, Any, int], str]
    remove: Callable[..., None]


@dataclass(frozen=True)
class Feature:
    """One feature's share in command line, desk, messages, audit and demo.

    `tidy` deletes some of what nobody needs any more and says whether there may be more: it is called again, in
    a transaction of its own each time, until it says no. `guards` are the names of CHECKs that decide a race: who
    meets one was second, and reads so.
    """

    name: str
    invariants: Mapping[str, Callable[[Session], Iterable[str]]] = field(default_factory=dict)
    messages: Mapping[str, tuple[str, Callable[[int], str]]] = field(default_factory=dict)
    importers: Mapping[str, Importer] = field(default_factory=dict)
    exporters: Mapping[str, Exporter] = field(default_factory=dict)
    desk_queues: Sequence[DeskQueue] = ()
    personal: Sequence[Personal] = ()
    responsibilities: Sequence[Responsibility] = ()
    seed: Callable[[Session], None] | None = None
    tidy: Callable[[Session, datetime], bool] | None = None
    guards: frozenset[str] = frozenset()
    demo: Callable[[Session, datetime], None] | None = None
    load: Callable[[Load], None] | None = None
    after_sign_up: Callable[..., None] | None = None
    sees_person: Callable[[Session, Any, int, datetime], bool] | None = None
    after_leaving: Callable[[Session, int, int, datetime], None] | None = None
    when_disabled: Callable[[Session, Any, int, datetime], None] | None = None
    held_within: Callable[[Session, Any, int], Sequence[tuple[str, str]]] | None = None
    merging: Merging = Merging()
    sees_photo: Mapping[str, Callable[[Session, Any, int, datetime], bool]] = field(default_factory=dict)
    photo_owners: Mapping[str, PhotoOwner] = field(default_factory=dict)


@dataclass(frozen=True)
class Contributions:
    """All features, in their order from the lowest to the highest."""

    features: Sequence[Feature]

    @property
    def desk_queues(self) -> list[DeskQueue]:
        """Every queue of the desk: the urgent ones, then in the order of the features from the highest down."""
        queues = [queue for feature in reversed(self.features) for queue in feature.desk_queues]
        return sorted(queues, key=lambda queue: not queue.urgent)

    @property
    def responsibilities(self) -> list[Responsibility]:
        """What may hang on a role, in the order of the desk (A3)."""
        return [one for feature in reversed(self.features) for one in feature.responsibilities]

    @property
    def when_disabled(self) -> list[Callable[[Session, Any, int, datetime], None]]:
        """What follows when an account is disabled: called with session, who did it, the person's id, now."""
        return [feature.when_disabled for feature in self.features if feature.when_disabled]

    @property
    def after_sign_up(self) -> list[Callable[..., None]]:
        """What follows when somebody has signed up: called with session, person, purpose, area ids, now."""
        return [feature.after_sign_up for feature in self.features if feature.after_sign_up]

    @property
    def mergings(self) -> list[Merging]:
        """What becomes of everything when two accounts become one (V5), in the order of the features."""
        return [feature.merging for feature in self.features]

    def held_within(self, session: Session, actor: Any, person_id: int) -> list[tuple[str, str]]:
        """Name and address of everything in the actor's charge that the person has promised and not yet done."""
        return [
            one for f in self.features if f.held_within for one in f.held_within(session, actor, person_id)
        ]

    @property
    def personal(self) -> list[Personal]:
        """What is kept of a person, in the order of the features."""
        return [personal for feature in self.features for personal in feature.personal]

    @property
    def after_leaving(self) -> list[Callable[[Session, int, int, datetime], None]]:
        """What follows when somebody left an organisation: called with session, its id, the person's id, now (A3)."""
        return [feature.after_leaving for feature in self.features if feature.after_leaving]

    @property
    def messages(self) -> dict[str, tuple[str, Callable[[int], str]]]:
        """Kind of message → its English source and the address that it leads to."""
        return {kind: how for feature in self.features for kind, how in feature.messages.items()}

    @property
    def guards(self) -> frozenset[str]:
        """Names of the CHECKs that decide races."""
        return frozenset().union(*(feature.guards for feature in self.features))

    @property
    def importers(self) -> dict[str, Importer]:
        """Kind of file → its importer."""
        return {kind: importer for feature in self.features for kind, importer in feature.importers.items()}

    @property
    def exporters(self) -> dict[str, Exporter]:
        """Kind of list → its exporter."""
        return {kind: exporter for feature in self.features for kind, exporter in feature.exporters.items()}

    @property
    def photo_owners(self) -> dict[str, PhotoOwner]:
        """Table of a thing that may have photos → how it deals with them."""
        return {thing: owner for feature in self.features for thing, owner in feature.photo_owners.items()}

    def sees_photo(self, session: Session, actor: Any, thing: str, thing_id: int, at: datetime) -> bool:
        """Whether any feature shows photos of the thing to the actor; None is a visitor, so they are public (C20)."""
        rights = (feature.sees_photo[thing] for feature in self.features if thing in feature.sees_photo)
        return any(sees(session, actor, thing_id, at) for sees in rights)

    def sees_person(self, session: Session, actor: Any, person_id: int, at: datetime) -> bool:
        """Whether any feature brings the person into the actor's world (A5)."""
        return any(f.sees_person(session, actor, person_id, at) for f in self.features if f.sees_person)
