"""Who may open which door: every address, every way of asking, everybody. What is not listed here is shut (D1).

A row is a method, an address with the things of `conftest.py` in braces, and a verdict for each actor:

- `ok`   it opens; a change is carried out
- `on`   led on: there is nothing to do here for somebody signed in
- `in`   led to sign in, and back
- a number is the status of the refusal (C6)

All things lie in the committees of `chief`, except `elsewhere` and `stranger`, which lie in those of `other`, and
`nobodys`, which lies where nobody coordinates, hence with `admin`. `role` is that of `secretary`, the chief; `closed`
is a disabled account. `guest` lives elsewhere and helps here. `holder`
holds a claim on `wish`, `former` gave one back and is on a break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

ACTORS = (
    "visitor",
    "resident",
    "applied",
    "approved",
    "holder",
    "former",
    "author",
    "chief",
    "other",
    "admin",
)


@dataclass(frozen=True)
class Door:
    """One row: how it is asked, and what each actor hears."""

    method: str
    address: str
    verdicts: dict[str, str]
    body: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def is_safe(self) -> bool:
        """Whether it only reads."""
        return self.method == "GET"

    @property
    def opens_for(self) -> str | None:
        """Somebody for whom it opens, the least first."""
        return next((actor for actor in ACTORS if self.verdicts[actor] == "ok"), None)

    def where_nothing_is(self) -> list[Door]:
        """The same door of a thing that does not exist; none where the address names no thing.

        A visitor who would be led to sign in is led there still; nobody else can tell it from what is hidden.
        """
        path = re.sub(r"\{(\w+)\}", lambda thing: NOTHING.get(thing[1], "2147483647"), self.address)
        verdicts = {actor: "in" if self.verdicts[actor] == "in" else "404" for actor in ACTORS}
        return [] if path == self.address else [replace(self, address=path, verdicts=verdicts)]


# Names that nothing bears, where it is no number.
NOTHING = {"area": "nowhere", "statement": "ABCDEFGHJKLM", "sheet": "cats"}

#                                    visitor resident applied approved holder former author chief other admin
TABLE = """
GET  /                                  ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /healthz                           ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /display                           ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /design                            404     404     404     404     404     404    404    404   404   404
GET  /manifest                          ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /offline                           ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /service-worker                    ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /readyz                            ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /me                                in      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /desk                              in      404     404     404     404     404    404    ok    ok    ok
GET  /desk/export                       in      404     404     404     404     404    404    ok    ok    ok
POST /desk/export/{sheet}                in      404     404     404     404     404    404    ok    ok    ok
GET  /desk/import                       in      404     404     404     404     404    404    404   404   ok
POST /desk/import                       in      404     404     404     404     404    404    404   404   422
POST /desk/import/confirmation          in      404     404     404     404     404    404    404   404   ok
POST /desk/import/report                in      404     404     404     404     404    404    404   404   422

GET  /areas                             ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /areas/{area}                      ok      ok      ok      ok      ok      ok     ok     ok    ok    ok

GET  /sign-up                           ok      on      on      on      on      on     on     on    on    on
POST /sign-up                           ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /sign-in                           ok      on      on      on      on      on     on     on    on    on
POST /sign-in                           ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /sign-out                          ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /privacy                           ok      ok      ok      ok      ok      ok     ok     ok    ok    ok

GET  /me/password                       in      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /me/password                       in      ok      ok      ok      ok      ok     ok     ok    ok    ok

GET  /me/data                           in      ok      ok      ok      ok      ok      ok     ok     ok    ok
POST /me/data                           in      ok      ok      ok      ok      ok      ok     ok     ok    ok
POST /me/data/copy                      in      ok      ok      ok      ok      ok      ok     ok     ok    ok
GET  /me/looks                          in      ok      ok      ok      ok      ok      ok     ok     ok    ok
GET  /me/devices                        in      ok      ok      ok      ok      ok      ok     ok     ok    ok
POST /me/devices/closure                in      ok      ok      ok      ok      ok      ok     ok     ok    ok
POST /me/devices/{device}/closure       in      404     404     404     ok      404     404    404    404   404

GET  /town                              in      404     404     404     404     404    404    404   404   ok
POST /town                              in      404     404     404     404     404    404    404   404   ok
GET  /town/{list}                       in      404     404     404     404     404    404    404   404   ok
POST /town/{list}                       in      404     404     404     404     404    404    404   404   ok
POST /town/{list}/{entry_code}          in      404     404     404     404     404    404    404   404   ok

GET  /notices                           in      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /notices/reading                   in      ok      ok      ok      ok      ok     ok     ok    ok    ok

GET  /me/profile                        in      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /me/profile                        in      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /me/pause                          in      404     409     ok      ok      409    404    404   404   404
POST /me/return                         in      404     409     409     409     ok     404    404   404   404
GET  /me/hours                          in      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /me/hours                          in      409     409     409     ok      409    409    409   409   409
GET  /me/hours/{statement}              in      404     404     404     ok      404    404    404   404   404
GET  /hours/{statement}                 ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /volunteers                        in      404     404     404     404     404    404    ok    ok    ok
GET  /desk/volunteers                   in      404     404     404     404     404    404    ok    ok    ok
GET  /volunteers/{applicant}            in      404     404     404     404     404    404    ok    404   404
GET  /volunteers/{guest}                in      404     404     404     404     404    404    ok    ok    404
GET  /volunteers/{stranger}             in      404     404     404     404     404    404    404   ok    404
POST /volunteers/{applicant}/approval   in      404     404     404     404     404    404    ok    404   404
POST /volunteers/approvals              in      404     404     404     404     404    404    ok    404   404
POST /volunteers/{applicant}/rejection  in      404     404     404     404     404    404    ok    404   404
POST /volunteers/{helper}/suspension    in      404     404     404     404     404    404    ok    404   404
POST /volunteers/{guest}/suspension     in      404     404     404     404     404    404    403   ok    404
POST /volunteers/{stranger}/suspension  in      404     404     404     404     404    404    404   ok    404
POST /volunteers/{helper}/phone         in      404     404     404     404     404    404    ok    404   404
POST /volunteers/{guest}/phone          in      404     404     404     404     404    404    403   ok    404
POST /volunteers/{veteran}/correction   in      404     404     404     404     404    404    ok    404   404
POST /volunteers/{guest}/correction     in      404     404     404     404     404    404    403   422   404

GET  /me/organisation                   in      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /me/organisation                   in      ok      ok      ok      ok      ok     409    ok    ok    ok
GET  /organisations                     in      404     404     404     404     404    404    ok    ok    ok
GET  /desk/organisations                in      404     404     404     404     404    404    ok    ok    ok
GET  /organisations/{organisation}      in      404     404     404     ok      ok     404    ok    404   404
GET  /organisations/{entered}           in      404     404     404     404     404    ok     ok    404   404
POST /organisations/{entered}/approval  in      404     404     404     404     404    403    ok    404   404
POST /organisations/{entered}/phone     in      404     404     404     404     404    403    ok    404   404
POST /organisations/{entered}/rejection in      404     404     404     404     404    403    ok    404   404
POST /organisations/{organisation}/suspension  in  404  404     404     403     403    404    ok    404   404
POST /organisations/{organisation}/invitation  in  404  404     404     403     ok     404    403   404   404
POST /memberships/{invitation}/acceptance in    404     404     ok      404     404    404    404   404   404
POST /memberships/{invitation}/refusal  in      404     404     ok      404     404    404    404   404   404
POST /memberships/{member}/end          in      404     404     404     403     ok     404    403   404   404
POST /memberships/{member}/meeting      in      404     404     404     403     403    404    ok    404   404
POST /memberships/{member}/representation in    404     404     404     403     ok     404    ok    404   404
GET  /organisations/{organisation}/claims in    404     404     404     ok      ok     404    ok    404   404
POST /wishes/{wish}/share               in      403     403     403     403     ok     403    403   403   403
POST /claims/{share}/goer               in      404     404     404     403     ok     404    403   404   404
POST /claims/{share}/absence            in      404     404     404     ok      403    404    403   404   404

GET  /desk/incidents                    in      404     404     404     404     404    404    ok    ok    ok
GET  /incidents/{incident}              in      404     404     404     ok      404    404    ok    404   ok
POST /incidents/{incident}/account      in      404     404     404     ok      404    404    403   404   403
POST /incidents/{incident}/handling     in      404     404     404     403     404    404    ok    404   ok
POST /incidents/{incident}/phones       in      404     404     404     403     404    404    ok    404   ok
GET  /partings                          in      404     404     404     404     404    404    ok    ok    ok
POST /partings/{parting}/lifting        in      404     404     404     404     404    404    ok    404   404
POST /wishes/{wish}/incident            in      403     403     403     ok      ok     ok     ok    403   403
POST /wishes/{wish}/reservation         in      403     403     403     403     403    403    ok    403   403
POST /wishes/{reserved}/offer           in      403     403     403     403     403    403    ok    403   403
POST /claims/{given_back}/parting       in      404     404     404     404     403    ok     ok    404   404

GET  /recovery                          ok      on      on      on      on      on     on     on    on    on
POST /recovery                          ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /people                            in      404     404     404     404     404    404    ok    ok    ok
GET  /people/new                        in      404     404     404     404     404    404    ok    ok    ok
POST /people/new                        in      404     404     404     404     404    404    ok    422   422
POST /people/search                     in      404     404     404     404     404    404    ok    ok    ok
GET  /people/{neighbour}                in      404     404     404     404     404    404    ok    404   ok
GET  /people/{secretary}                in      404     404     404     404     404    404    ok    404   ok
POST /people/{neighbour}/roles          in      404     404     404     404     404    404    ok    404   ok
POST /people/{neighbour}/phone          in      404     404     404     404     404    404    ok    404   ok
POST /people/{neighbour}/code           in      404     404     404     404     404    404    ok    404   ok
POST /people/{secretary}/code           in      404     404     404     404     404    404    403   404   ok
POST /people/{neighbour}/closure        in      404     404     404     404     404    404    403   404   ok
POST /people/{closed}/reopening         in      404     404     404     404     404    404    403   404   ok
POST /people/{neighbour}/merger         in      404     404     404     404     404    404    ok    404   ok
GET  /people/{neighbour}/merger/{twin}  in      404     404     404     404     404    404    ok    404   ok
GET  /people/{neighbour}/merger/{abroad}  in    404     404     404     404     404    404    404   404   ok
POST /people/{neighbour}/merger/{twin}  in      404     404     404     404     404    404    ok    404   ok
POST /people/{secretary}/merger/{twin}  in      404     404     404     404     404    404    403   404   ok
GET  /desk/roles/{role}/handover        in      404     404     404     404     404    404    ok    404   ok
POST /desk/roles/{role}/handover        in      404     404     404     404     404    404    ok    404   ok

GET  /wishes                            ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /desk/wishes                       in      404     404     404     404     404    404    ok    ok    ok
GET  /me/wishes                         in      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /wishes/new                        in      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /wishes/new                        in      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /wishes/{wish}                     ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /wishes/{new}                      404     404     404     404     404     404    ok     ok    404   404
GET  /wishes/{elsewhere}                404     404     404     404     404     404    404    404   ok    404
GET  /wishes/{nobodys}                  404     404     404     404     404     404    404    404   404   ok
GET  /wishes/{wish}/looks               in      404     404     404     404     404    ok     ok    404   404
GET  /wishes/{new}/edit                 in      404     404     404     404     404    ok     403   404   404
GET  /wishes/{wish}/edit                in      403     403     403     403     403    409    403   403   403
POST /wishes/{new}/edit                 in      404     404     404     404     404    ok     403   404   404
POST /wishes/{new}/publication          in      404     404     404     404     404    403    ok    404   404
POST /wishes/{elsewhere}/publication    in      404     404     404     404     404    404    404   ok    404
POST /wishes/{nobodys}/publication      in      404     404     404     404     404    404    404   404   ok
POST /wishes/{wish}/publication         in      403     403     403     403     403    403    409   403   403
POST /wishes/{new}/question             in      404     404     404     404     404    403    ok    404   404
POST /wishes/{new}/rejection            in      404     404     404     404     404    403    ok    404   404
POST /wishes/{wish}/closure             in      403     403     403     403     403    403    ok    403   403
POST /wishes/{wish}/withdrawal          in      403     403     403     403     403    ok     ok    403   403
POST /wishes/{wish}/claim               in      403     403     ok      409     409    403    403   403   403
POST /wishes/{new}/claim                in      404     404     404     404     404    403    403   404   404
POST /wishes/{wish}/beneficiary         in      403     403     403     ok      403    403    ok    403   403
POST /wishes/{new}/beneficiary          in      404     404     404     404     404    403    ok    404   404
POST /wishes/{wish}/wording             in      403     403     403     403     403    403    ok    403   403
POST /wishes/{new}/wording              in      404     404     404     404     404    403    409   404   404
GET  /wishes/{wish}/arrangement         in      403     403     403     403     403    403    ok    403   403
GET  /wishes/{new}/arrangement          in      404     404     404     404     404    403    409   404   404
POST /wishes/{wish}/arrangement         in      403     403     403     403     403    403    ok    403   403
POST /wishes/{new}/arrangement          in      404     404     404     404     404    403    409   404   404
POST /wishes/{wish}/slip                in      403     403     403     403     403    ok     ok    403   403
POST /wishes/{new}/slip                 in      404     404     404     404     404    ok     ok    404   404
GET  /track                             ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /track/7/4821097355                ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /track                             ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /track/confirmation                403     403     403     403     403     403    403    403   403   403
POST /track/incident                    403     403     403     403     403     403    403    403   403   403
POST /track/closure                     403     403     403     403     403     403    403    403   403   403
POST /claims/{claim}/withdrawal         in      404     404     404     ok      404    403    403   404   404
POST /claims/{given_back}/withdrawal    in      404     404     404     404     409    403    403   404   404
POST /claims/{claim}/release            in      404     404     404     403     404    403    ok    404   404
POST /claims/{claim}/completion         in      404     404     404     ok      404    403    403   404   404
POST /claims/{claim}/confirmation       in      404     404     404     403     404    409    409   404   404
POST /claims/{reported}/confirmation    in      404     404     404     403     404    ok     ok    404   404

GET  /photos/{photo}                    ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /photos/{photo}/thumbnail          ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
GET  /photos/{new_photo}                404     404     404     404     404     404    ok     ok    404   404
GET  /photos/{new_photo}/thumbnail      404     404     404     404     404     404    ok     ok    404   404
GET  /photos/{delivery}                 404     404     404     404     ok      404    ok     ok    404   404
GET  /photos/{delivery}/thumbnail       404     404     404     404     ok      404    ok     ok    404   404
GET  /photos/{portrait}                 404     404     404     404     ok      404    ok     ok    404   404
GET  /photos/{portrait}/thumbnail       404     404     404     404     ok      404    ok     ok    404   404
POST /photos/{photo}/removal            in      403     403     403     403     403    ok     ok    403   403
POST /photos/{new_photo}/removal        in      404     404     404     404     404    ok     ok    404   404
POST /photos/{delivery}/removal         in      404     404     404     ok      404    ok     ok    404   404
POST /photos/{portrait}/removal         in      404     404     404     ok      404    403    ok    404   404
"""

WISH = {
    "title": "想要一本书",
    "text": "晚上看。",
    "category": "item",
    "committee": "{home}",
    "when": "any",
    "places": "1",
    "source": "self",
    "address": "可乐路一二三弄4号501室",
}
# What the form at a door sends when it is filled in well; by the last noun of the address, or the whole.
BODIES = {
    "/sign-up": {
        "purpose": "wish",
        "phone": "19988887777",
        "name": "新居民",
        "password": "a-good-password",
        "committee": "{home}",
        "adult": "y",
        "consent": "y",
    },
    "/desk/export/{sheet}": {"format": "csv"},
    "/desk/import": {"kind": "people"},
    "/desk/import/confirmation": {"list-secret": "{sealed}"},
    "/desk/import/report": {"list-secret": "of nobody"},
    "/sign-in": {"phone": "{phone}", "password": "gridapp-test"},
    "/me/password": {"old": "gridapp-test", "password": "a-better-password"},
    "/me/data": {"name": "改过的名字", "committee": "{home}"},
    "/town": {
        "name": "示例镇",
        "help_phone": "021-00001234",
        "help_hours": "每天",
        "cut_off_hours": "10",
        "rethink_hours": "20",
        "value_limit_yuan": "200",
    },
    "/town/{list}": {"another_name": "读报", "another_name_en": "Reading aloud"},
    "/town/{list}/{entry_code}": {"{entry_code}-name": "谈心", "{entry_code}-name_en": "Talk"},
    "/notices/reading": {"shown": "1 2147483647"},
    "/me/profile": {"max_live": "4"},
    "/me/pause": {"until": "2026-12-01"},
    "/volunteers/approvals": {"volunteer": "{applicant}"},
    "/volunteers/{applicant}/rejection": {"reason": "请先来一次居委会。"},
    "/suspension": {"reason": "请先来一次居委会。"},
    "/correction": {"entry": "{entry}", "minutes": "30", "reason": "记错了。"},
    "/me/organisation": {"name": "新来的公司", "kind": "company", "committee": "{home}"},
    "/organisations/{entered}/rejection": {"reason": "请先来一次居委会。"},
    "/invitation": {"phone": "19977776666"},
    "/people/new": {
        "name": "没有手机的人",
        "committee": "{home}",
        "through_name": "女儿",
        "through_phone": "19955554444",
        "how": "in_person",
        "adult": "y",
    },
    "/code": {"new_phone": ""},
    "/recovery": {"phone": "{lost_phone}", "code": "12345678", "password": "a-better-password"},
    "/people/search": {"q": "{phone}"},
    "/roles": {"kind": "coordinator", "area": "{block}"},
    "/people/{neighbour}/closure": {"reason": "号码被人冒用。"},
    "/merger": {"other": "{lost_phone}"},
    "/people/{neighbour}/merger/{twin}": {"stays": "{twin}", "reason": "两个号码都是她的。"},
    "/people/{secretary}/merger/{twin}": {"stays": "{secretary}", "reason": "两个号码都是他的。"},
    "/handover": {"successor": "", "note": "请接手。"},
    "/share": {"share-member": "{deputy}"},
    "/goer": {"goer-{share}-member": "{deputy}"},
    "/account": {"text": "他要收钱。"},
    "/handling": {"note": "已和双方通过电话。"},
    "/wishes/new": WISH,
    "/edit": WISH,
    "/publication": {"version": "1"},
    "/question": {"ask-why": "几点方便？"},
    "/wishes/{new}/rejection": {"decline-why": "请打热线。"},
    "/wishes/{wish}/withdrawal": {"withdraw-why": "已经有了。"},
    "/track": {"ref": "{wish}", "code": "{code}"},
    "/wording": {"wording-title": "想要一盏台灯", "wording-text": "要亮的。", "wording-version": "1"},
    "/arrangement": {"when": "same", "road": "虹桥路", "places": "9", "version": "1", "seen": "{seal}"},
    "/completion": {"report": "送到了。", "minutes": "40"},
    "/claims/{claim}/release": {"release-{claim}-why": "请先休息"},
    "/claims/{claim}/confirmation": {"confirm-{claim}-satisfied": "yes"},
    "/claims/{reported}/confirmation": {"confirm-{reported}-satisfied": "yes"},
}


@dataclass(frozen=True)
class After:
    """What is different once something happened: who then hears what whom heard, and single rows.

    `like`: an actor hears the most open of what these actors heard before. `rows`: a table as above.
    """

    like: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: str = ""


AFTER = {
    # Where nobody coordinates any more, the town admin does.
    "a coordinator's role ended": After(
        {"chief": ("resident",), "admin": ("admin", "chief")},
        """
POST /desk/roles/{role}/handover        in      404     404     404     404     404    404    404   404   409
""",
    ),
    "accounts are disabled": After({"chief": ("visitor",), "holder": ("visitor",)}),
    "the committee came to another area": After(
        {"chief": ("admin",), "other": ("other", "chief")},
        """
GET  /desk/import                       in      404     404     404     404     404    404    404   404   ok
POST /desk/import                       in      404     404     404     404     404    404    404   404   422
POST /desk/import/confirmation          in      404     404     404     404     404    404    404   404   ok
POST /desk/import/report                in      404     404     404     404     404    404    404   404   422
GET  /town                              in      404     404     404     404     404    404    404   404   ok
POST /town                              in      404     404     404     404     404    404    404   404   ok
GET  /town/{list}                       in      404     404     404     404     404    404    404   404   ok
POST /town/{list}                       in      404     404     404     404     404    404    404   404   ok
POST /town/{list}/{entry_code}          in      404     404     404     404     404    404    404   404   ok
GET  /wishes/{nobodys}                  404     404     404     404     404     404    404    404   404   ok
POST /wishes/{nobodys}/publication      in      404     404     404     404     404    404    404   404   ok
POST /people/new                        in      404     404     404     404     404    404    422   ok    422
GET  /people/{neighbour}                in      404     404     404     404     404    404    404   ok    ok
GET  /people/{secretary}                in      404     404     404     404     404    404    ok    ok    ok
POST /people/{neighbour}/roles          in      404     404     404     404     404    404    404   422   ok
POST /people/{neighbour}/phone          in      404     404     404     404     404    404    404   ok    ok
POST /people/{neighbour}/code           in      404     404     404     404     404    404    404   ok    ok
POST /people/{secretary}/code           in      404     404     404     404     404    404    403   403   ok
POST /people/{neighbour}/closure        in      404     404     404     404     404    404    404   403   ok
POST /people/{closed}/reopening         in      404     404     404     404     404    404    404   403   ok
POST /people/{neighbour}/merger         in      404     404     404     404     404    404    404   ok    ok
GET  /people/{neighbour}/merger/{twin}  in      404     404     404     404     404    404    404   ok    ok
GET  /people/{neighbour}/merger/{abroad}  in    404     404     404     404     404    404    404   ok    ok
POST /people/{neighbour}/merger/{twin}  in      404     404     404     404     404    404    404   ok    ok
POST /people/{secretary}/merger/{twin}  in      404     404     404     404     404    404    404   403   ok
GET  /desk/roles/{role}/handover        in      404     404     404     404     404    404    ok    ok    ok
POST /desk/roles/{role}/handover        in      404     404     404     404     404    404    ok    403   ok
GET  /incidents/{incident}              in      404     404     404     ok      404    404    404   ok    ok
POST /incidents/{incident}/account      in      404     404     404     ok      404    404    404   403   403
POST /incidents/{incident}/handling     in      404     404     404     403     404    404    404   ok    ok
POST /incidents/{incident}/phones       in      404     404     404     403     404    404    404   ok    ok
""",
    ),
    # What leads to a volunteer or a person leads to the account that stayed; nothing is done with the other.
    "two accounts became one": After(
        {"resident": ("visitor",), "applied": ("visitor",)},
        """
POST /sign-in                           422     422     422     422     422     422    422    422   422   422
GET  /people/{neighbour}                in      in      in      404     404     404    404    on    404   on
GET  /people/{neighbour}/merger/{twin}  in      in      in      404     404     404    404    on    404   on
POST /people/{neighbour}/merger         in      in      in      404     404     404    404    409   404   409
POST /people/{neighbour}/merger/{twin}  in      in      in      404     404     404    404    409   404   409
POST /people/{neighbour}/roles          in      in      in      404     404     404    404    409   404   409
POST /people/{neighbour}/phone          in      in      in      404     404     404    404    409   404   409
POST /people/{neighbour}/code           in      in      in      404     404     404    404    409   404   409
POST /people/{neighbour}/closure        in      in      in      404     404     404    404    409   404   409
GET  /volunteers/{applicant}            in      in      in      404     404     404    404    on    404   404
POST /volunteers/{applicant}/approval   in      in      in      404     404     404    404    409   404   404
POST /volunteers/{applicant}/rejection  in      in      in      404     404     404    404    409   404   404
POST /volunteers/approvals              in      in      in      404     404     404    404    409   404   404
""",
    ),
    "the claim was given back": After(
        rows="""
GET  /wishes/{wish}                     ok      ok      ok      ok      ok      ok     ok     ok    ok    ok
POST /wishes/{wish}/claim               in      403     403     ok      ok      409    403    403   403   403
POST /wishes/{wish}/beneficiary         in      403     403     403     403     403    403    ok    403   403
POST /claims/{claim}/withdrawal         in      404     404     404     409     404    403    403   404   404
POST /claims/{claim}/completion         in      404     404     404     409     404    403    403   404   404
POST /claims/{claim}/release            in      404     404     404     403     404    403    409   404   404
POST /claims/{claim}/confirmation       in      404     404     404     403     404    409    409   404   404
GET  /photos/{portrait}                 404     404     404     404     ok      404    404    ok    404   404
GET  /photos/{portrait}/thumbnail       404     404     404     404     ok      404    404    ok    404   404
POST /photos/{portrait}/removal         in      404     404     404     ok      404    404    ok    404   404
"""
    ),
    "the wish was withdrawn": After(
        rows="""
GET  /wishes/{wish}                     404     404     404     404     ok      ok     ok     ok    404   404
GET  /wishes/{wish}/edit                in      404     404     404     403     403    409    403   404   404
POST /wishes/{wish}/publication         in      404     404     404     403     403    403    409   404   404
POST /wishes/{wish}/closure             in      404     404     404     403     403    403    409   404   404
POST /wishes/{wish}/withdrawal          in      404     404     404     403     403    409    409   404   404
POST /wishes/{wish}/slip                in      404     404     404     403     403    409    409   404   404
POST /wishes/{wish}/wording             in      404     404     404     403     403    403    409   404   404
GET  /wishes/{wish}/arrangement         in      404     404     404     403     403    403    409   404   404
POST /wishes/{wish}/arrangement         in      404     404     404     403     403    403    409   404   404
POST /wishes/{wish}/claim               in      404     404     404     409     409    403    403   404   404
POST /wishes/{wish}/beneficiary         in      404     404     404     403     403    403    ok    404   404
POST /wishes/{wish}/incident            in      404     404     404     ok      ok     ok     ok    404   404
POST /wishes/{wish}/reservation         in      404     404     404     403     403    403    409   404   404
POST /wishes/{wish}/share               in      404     404     404     403     409    403    403   404   404
POST /claims/{claim}/withdrawal         in      404     404     404     409     404    403    403   404   404
POST /claims/{claim}/completion         in      404     404     404     409     404    403    403   404   404
POST /claims/{claim}/release            in      404     404     404     403     404    403    409   404   404
POST /claims/{claim}/confirmation       in      404     404     404     403     404    409    409   404   404
GET  /photos/{photo}                    404     404     404     404     ok      ok     ok     ok    404   404
GET  /photos/{photo}/thumbnail          404     404     404     404     ok      ok     ok     ok    404   404
GET  /photos/{portrait}                 404     404     404     404     ok      404    404    ok    404   404
GET  /photos/{portrait}/thumbnail       404     404     404     404     ok      404    404    ok    404   404
POST /photos/{photo}/removal            in      404     404     404     403     403    ok     ok    404   404
POST /photos/{portrait}/removal         in      404     404     404     ok      404    404    ok    404   404
"""
    ),
}
MOST_OPEN_FIRST = ("ok", "on", "422", "409", "403", "404", "in")


def read(table: str) -> tuple[Door, ...]:
    """The rows of a table."""
    return tuple(_door(*line.split()) for line in table.splitlines() if line.strip())


def after(what: After, doors: tuple[Door, ...]) -> list[tuple[Door, tuple[str, ...]]]:
    """The doors as they are then, each with the actors for whom something may be different."""
    changed = {str(door): door for door in read(what.rows)}
    found = []
    for door in doors:
        if str(door) in changed:
            found.append((changed[str(door)], ACTORS))
        elif what.like:
            heard = {
                actor: min((door.verdicts[one] for one in ones), key=MOST_OPEN_FIRST.index)
                for actor, ones in what.like.items()
            }
            found.append((replace(door, verdicts=door.verdicts | heard), tuple(what.like)))
    return found


def _door(method: str, address: str, *verdicts: str) -> Door:
    body = BODIES.get(address) or BODIES.get(f"/{address.rpartition('/')[2]}") or {}
    return Door(method, address, dict(zip(ACTORS, verdicts, strict=True)), body)


DOORS = read(TABLE)
