"""The town of the demo: committees, areas and roads (A1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.areas.models import Area, AreaCover, AreaKind, Committee, Road, Town

# Statistical division codes of 2023 (National Bureau of Statistics of China), from china-division 2.7.0, MIT.
COMMITTEES = (
    ("310105102001", "刘家宅小区第一居委会"),
    ("310105102002", "刘家宅小区第二居委会"),
    ("310105102003", "刘家宅小区第三居委会"),
    ("310105102004", "刘家宅小区第四居委会"),
    ("310105102005", "福泉路居委会"),
    ("310105102006", "淮阴路居委会"),
    ("310105102008", "淞虹小区第二居委会"),
    ("310105102009", "淞虹小区第三居委会"),
    ("310105102010", "淞虹小区第四居委会"),
    ("310105102011", "淞虹小区第五居委会"),
    ("310105102012", "华松居委会"),
    ("310105102013", "曙光居委会"),
    ("310105102014", "屈家桥居委会"),
    ("310105102015", "绿园一村居委会"),
    ("310105102016", "绿园新村第五居委会"),
    ("310105102017", "绿园新村第八居委会"),
    ("310105102018", "绿园新村第十一居委会"),
    ("310105102019", "绿园新村第十二居委会"),
    ("310105102021", "北虹居委会"),
    ("310105102024", "程桥居委会"),
    ("310105102025", "中泾居委会"),
    ("310105102026", "林泉路居委会"),
    ("310105102027", "双流路居委会"),
    ("310105102028", "新渔东路居委会"),
    ("310105102030", "定威路居委会"),
    ("310105102031", "虹园新村第九居委会"),
    ("310105102032", "平塘居委会"),
    ("310105102033", "虹康居委会"),
    ("310105102034", "南洋新都居委会"),
    ("310105102035", "新泾居委会"),
    ("310105102036", "怡景苑居委会"),
    ("310105102037", "天山星城居委会"),
    ("310105102038", "新泾北苑居委会"),
)
TOWN, BLOCK_5, GRID_4, GRID_1 = "town", "block-5", "grid-4", "grid-1"
IN_BLOCK_5 = ("310105102001", "310105102002", "310105102005")
LAST_IN_GRID_4 = "310105102018"
MARK = "示例：所辖居民区为演示而设。"
ROADS_OF_BLOCK_5 = ("可乐路", "新泾路", "新潮路", None, None, None, None)
OTHER_ROADS = ("福泉路", "仙霞西路")


def load(session: Session, at: datetime) -> None:
    """Write the town, its committees, their areas and the roads (A1); none of them has an age."""
    session.add(
        Town(
            id=1,
            name="新泾镇",
            help_phone="021-00001234",
            help_hours="周一至周六 8:30–17:00",
            help_hours_en="Mon–Sat 8:30–17:00",
        )
    )
    session.add_all(Committee(code=code, name=name) for code, name in COMMITTEES)
    session.flush()
    everywhere = [code for code, _name in COMMITTEES]
    elsewhere = [code for code in everywhere if code not in IN_BLOCK_5]
    _area(session, TOWN, AreaKind.TOWN, "新泾镇", everywhere, "全镇 33 个居民区。")
    block = _area(session, BLOCK_5, AreaKind.BLOCK, "第五街区", IN_BLOCK_5, f"七个路段。{MARK}")
    _area(
        session,
        GRID_4,
        AreaKind.GRID,
        "第四网格",
        [code for code in elsewhere if code <= LAST_IN_GRID_4],
        f"强化红色国防教育，夯实廉政文化建设。{MARK}",
    )
    _area(
        session,
        GRID_1,
        AreaKind.GRID,
        "第一网格",
        [code for code in elsewhere if code > LAST_IN_GRID_4],
        f"网格政务摊所在网格。{MARK}",
    )
    session.add_all(Road(name=name, block_id=block.id) for name in ROADS_OF_BLOCK_5)
    session.add_all(Road(name=name) for name in OTHER_ROADS)
    session.flush()


def _area(
    session: Session, code: str, kind: AreaKind, name: str, committees: Sequence[str], about: str
) -> Area:
    area = Area(code=code, kind=kind, name=name, about=about)
    session.add(area)
    session.flush()
    session.add_all(
        AreaCover(area_id=area.id, committee_code=committee, kind=kind) for committee in committees
    )
    return area
