"""Made-up people for `gridapp load`; their names say so (示例), nobody can sign in as one of them."""

from __future__ import annotations

from datetime import timedelta

from gridapp.accounts.models import Consent, Person
from gridapp.core.features import Load

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
CALLED = ("阿姨", "爷叔", "老师", "师傅", "小姐", "妈妈", "阿婆", "先生")
FIRST_NUMBER = 10_000_000  # +86 199 1000 0000 and on; the demo's begin with 199 0000
AT_ONCE = 20_000


def load(to: Load) -> None:
    """Write the people: id, phone, name, committee, and their consent (Y1)."""
    for some in to.portions(to.people_wanted, AT_ONCE):
        people, consents = [], []
        for _ in range(some):
            number = to.bulk.next_id(Person)
            since = to.at - timedelta(minutes=to.dice.randrange(60 * 24 * 700, 60 * 24 * 1100))
            name = f"{to.dice.choice(SURNAMES)}{to.dice.choice(CALLED)}（示例）"
            committee = to.committee()
            people.append((number, f"+86199{FIRST_NUMBER + number:08d}", since, name, committee, since, True))
            consents.append(
                (to.bulk.next_id(Consent), number, "1", "account neighbourhood-help", since, "sign-up")
            )
            to.people.append((number, committee))
        columns = ("id", "phone", "phone_proven_at", "name", "committee_code", "created_at", "is_demo")
        to.bulk.put(Person, columns, people)
        to.bulk.put(Consent, ("id", "person_id", "version", "purposes", "given_at", "how"), consents)
