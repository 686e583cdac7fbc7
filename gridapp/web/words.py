"""Sentences, days and moments as people say them, in the chosen language and in town time (C12, P14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from gridapp.core.clock import now
from gridapp.core.refusals import Refusal
from gridapp.core.words import N_, Day, Words
from gridapp.web.languages import chosen, gettext, ngettext

NO_BREAK, TOGETHER = "\u00a0", "\u2060"  # a space, and a nothing, at which no line breaks
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
NEAR = {-1: N_("yesterday"), 0: N_("today"), 1: N_("tomorrow")}


def town_zone() -> ZoneInfo:
    """The zone that every face shows."""
    return ZoneInfo(current_app.config["SETTINGS"].timezone)


def in_town(moment: datetime) -> datetime:
    """`moment` on the town's clock."""
    return moment.astimezone(town_zone())


def today() -> date:
    """The day it is in the town."""
    return in_town(now()).date()


def day(value: date | datetime) -> str:
    """11月26日（周四）; today and tomorrow are said so; another year is named."""
    date_, today_ = in_town(value).date() if isinstance(value, datetime) else value, today()
    distance = (date_ - today_).days
    if distance in NEAR:
        return gettext(NEAR[distance])
    weekday = gettext(WEEKDAYS[date_.weekday()])
    if chosen() == "zh":
        year = f"{date_.year}年" if date_.year != today_.year else ""
        return f"{year}{date_.month}月{date_.day}日（{weekday}）"
    return f"{weekday} {date_.day} {date_:%b}" + (f" {date_.year}" if date_.year != today_.year else "")


def full_day(value: date | datetime) -> str:
    """2026年11月26日: for paper, where "today" would soon be wrong."""
    date_ = in_town(value).date() if isinstance(value, datetime) else value
    return f"{date_.year}年{date_.month}月{date_.day}日" if chosen() == "zh" else f"{date_.day} {date_:%B %Y}"


def moment(value: datetime) -> str:
    """今天 14:05, 11月26日（周四）14:05"""
    local = in_town(value)
    return _with_time(day(local.date()), f"{local:%H:%M}")


def period(start: datetime, end: datetime) -> str:
    """11月26日（周四）14:00–16:00; what ends on another day names both days (C12)."""
    begin, until = in_town(start), in_town(end)
    if begin.date() == until.date():
        return _with_time(day(begin.date()), f"{begin:%H:%M}–{TOGETHER}{until:%H:%M}")
    return f"{moment(start)} – {moment(end)}"


def _with_time(day_: str, time: str) -> str:
    """Chinese keeps 昨天 and its time on one line; after the weekday in brackets a line may break."""
    if chosen() != "zh":
        return f"{day_} {time}"
    return f"{day_}{time}" if day_.endswith("）") else f"{day_}{NO_BREAK}{time}"


def listed(things: Iterable[str]) -> str:
    """Several things one after the other, as the language separates them."""
    return ("、" if chosen() == "zh" else ", ").join(str(thing) for thing in things)


def grouped(lists: Iterable[str]) -> str:
    """Several lists one after the other."""
    return ("；" if chosen() == "zh" else "; ").join(lists)


def joined(first: str, second: str) -> str:
    """Two sentences one after the other; Chinese puts no space between them."""
    return f"{first}{second}" if chosen() == "zh" else f"{first} {second}".strip()


def length(minutes: int) -> str:
    """40 分钟, 1 小时 10 分钟."""
    hours, rest = divmod(minutes, 60)
    words = []
    if hours:
        words.append(ngettext("%(num)s hour", "%(num)s hours", hours))
    if rest or not hours:
        words.append(ngettext("%(num)s minute", "%(num)s minutes", rest))
    return " ".join(words)


def length_in_full(minutes: int) -> str:
    """As offices count it, with the minutes beside: 40 分钟, 1 小时 10 分钟（70 分钟）."""
    if minutes < 60:
        return length(minutes)
    return gettext("%(length)s (%(minutes)s)", length=length(minutes), minutes=in_minutes(minutes))


def in_minutes(minutes: int) -> str:
    """As a ledger counts it, so that a column can be added up: 70 分钟."""
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


def say(words: Words | str) -> str:
    """A marked sentence in the chosen language, its parts spoken too."""
    if isinstance(words, str):
        return gettext(words)
    return gettext(words.text, **{name: _spoken(part) for name, part in words.parts.items()})


def reasons(refusals: list[Refusal]) -> list[dict[str, Any]]:
    """Refusals as the template shows them: text, advice, link."""
    return [
        {
            "code": refusal.code,
            "text": say(Words(refusal.text, refusal.parts)),
            "advice": say(Words(refusal.advice, refusal.parts)) if refusal.advice else None,
            "link": (refusal.link[0], gettext(refusal.link[1])) if refusal.link else None,
        }
        for refusal in refusals
    ]


def _spoken(part: Any) -> Any:
    if isinstance(part, Words):
        return say(part)
    if isinstance(part, Day):
        return day(part.moment)
    if isinstance(part, datetime):
        return moment(part)
    if isinstance(part, date):
        return day(part)
    if isinstance(part, timedelta):
        return length(int(part.total_seconds() // 60))
    if isinstance(part, tuple) and len(part) == 2 and all(isinstance(edge, datetime) for edge in part):
        return period(*part)
    if isinstance(part, list):
        return ("；" if chosen() == "zh" else "; ").join(str(_spoken(one)) for one in part)
    return part
