"""Committees, areas that cover them, roads, and the town itself (A1, A7)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridapp.core.database import Base


class AreaKind(StrEnum):
    """What kind of area somebody is responsible for."""

    TOWN = "town"
    GRID = "grid"
    BLOCK = "block"
    COMMITTEE = "committee"


class Town(Base):
    """The one organisation of this database: its name, whom to call, and the limits it has set."""

    __tablename__ = "towns"
    __table_args__ = (CheckConstraint("id = 1", name="one_town"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    help_phone: Mapped[str] = mapped_column(String(20))
    help_hours: Mapped[str] = mapped_column(String(60))
    help_hours_en: Mapped[str] = mapped_column(String(60), default="", server_default="")
    welcome: Mapped[str] = mapped_column(String(200), default="", server_default="")
    welcome_en: Mapped[str] = mapped_column(String(200), default="", server_default="")
    cut_off_hours: Mapped[int] = mapped_column(default=12)
    rethink_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    value_limit_yuan: Mapped[int] = mapped_column(default=300)


class Committee(Base):
    """A neighbourhood committee (居委会), under its official division code."""

    __tablename__ = "committees"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Area(Base):
    """Whatever somebody is responsible for: the town, a grid, a block, a committee."""

    __tablename__ = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    kind: Mapped[AreaKind] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    about: Mapped[str | None] = mapped_column(String(200))

    cover: Mapped[list[AreaCover]] = relationship(back_populates="area")
    roads: Mapped[list[Road]] = relationship(back_populates="block", order_by="Road.id")


class AreaCover(Base):
    """One committee of an area. A committee is covered by at most one grid (A1)."""

    __tablename__ = "area_cover"
    __table_args__ = (
        Index(
            "uq_area_cover_one_grid",
            "committee_code",
            unique=True,
            sqlite_where=text("kind = 'grid'"),
            postgresql_where=text("kind = 'grid'"),
        ),
        Index("ix_area_cover_committee", "committee_code", "area_id"),
    )

    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    committee_code: Mapped[str] = mapped_column(ForeignKey("committees.code"), primary_key=True)
    kind: Mapped[AreaKind] = mapped_column(String(12))

    area: Mapped[Area] = relationship(back_populates="cover")
    committee: Mapped[Committee] = relationship()


class Road(Base):
    """A road section: lies in one committee and in at most one block. No name yet: 待补录."""

    __tablename__ = "roads"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(40))
    committee_code: Mapped[str | None] = mapped_column(ForeignKey("committees.code"))
    block_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))

    block: Mapped[Area | None] = relationship(back_populates="roads")
