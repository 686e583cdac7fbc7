"""When two accounts of one person become one, every feature says what becomes of each column that names a person (V5)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from gridapp.core.database import Base
from gridapp.core.features import Contributions


def naming_a_person(tables: Iterable[Table]) -> set[str]:
    """ "table.column" of every column that names a person."""
    return {
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if any(key.target_fullname == "people.id" for key in column.foreign_keys)
    }


def said(app: Flask) -> list[str]:
    """The columns of which a feature says that they go over, or what becomes of them otherwise; each as often as said."""
    features: Contributions = app.extensions["gridapp"]
    return [
        name
        for one in features.mergings
        for name in (*(f"{column.class_.__tablename__}.{column.key}" for column in one.moves), *one.otherwise)
    ]


def test_of_every_column_that_names_a_person_a_feature_says_once_what_becomes_of_it(
    own_app: Flask,
):  # V5, C18
    assert sorted(said(own_app)) == sorted(naming_a_person(Base.metadata.tables.values()))


def test_each_says_why_or_what_is_done(own_app: Flask):  # V5
    words = [why for one in own_app.extensions["gridapp"].mergings for why in one.otherwise.values()]

    assert [why for why in words if not re.match(r"(stays|goes over|says itself)\b.{10,}", why)] == []


def test_a_new_column_would_be_found(own_app: Flask):  # negative control
    other = MetaData()
    Table("people", other, Column("id", Integer, primary_key=True))
    new = Table("visits", other, Column("visitor_id", ForeignKey("people.id")))

    assert naming_a_person([new]) - set(said(own_app)) == {"visits.visitor_id"}
