"""The next page begins after a key (W15)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Person
from gridapp.core.paging import PER_PAGE, page_of
from tests.factories import make_person


@pytest.mark.parametrize(("people", "sizes"), [(0, [0]), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
def test_every_row_stands_on_one_page_and_the_last_page_leads_nowhere(session, people, sizes):  # W15
    ids = [make_person().id for _ in range(people)]
    pages, after = [], None
    while True:
        page = page_of(session, select(Person.id), key=Person.id, after=after, size=3)
        pages.append([row.id for row in page.rows])
        if (after := page.next_key) is None:
            break

    assert [len(page) for page in pages] == sizes
    assert [row for page in pages for row in page] == sorted(ids, reverse=True)


def test_what_comes_meanwhile_shifts_no_row_to_the_next_page(session):  # W15
    for _ in range(4):
        make_person()
    first = page_of(session, select(Person.id), key=Person.id, after=None, size=2)
    newcomer = make_person()

    second = page_of(session, select(Person.id), key=Person.id, after=first.next_key, size=2)

    assert not {newcomer.id, *(row.id for row in first.rows)} & {row.id for row in second.rows}


@pytest.mark.parametrize("after", [0, -1, 2**31, 2**63, 10**40])
def test_a_key_that_no_row_has_is_no_failure(session, after):  # D7
    her = make_person()

    page = page_of(session, select(Person.id), key=Person.id, after=after)

    assert [row.id for row in page.rows] == ([her.id] if after > 0 else [])
    assert PER_PAGE == 20
