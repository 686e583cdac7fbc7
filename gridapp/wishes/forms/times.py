"""When and how many: what the form of a wish and that of its later arrangement have in common (W1, C13)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, RadioField
from wtforms.validators import ValidationError

from gridapp.core.clock import now
from gridapp.web.forms import DayField, NumberField, TimeField, in_town, in_utc
from gridapp.wishes.queries.times import Times

LAST_MINUTE = time(23, 59)


class Timed:
    """A form with the fields that are named here: `when` is any, by (`deadline`) or window (`day`, `starts`, `ends`)."""

    when: RadioField
    deadline: DayField
    day: DayField
    starts: TimeField
    ends: TimeField
    places: NumberField
    as_many_as_come: BooleanField

    def validate_places(self, field: NumberField) -> None:
        """A number, unless as many as come."""
        if not self.as_many_as_come.data and field.data is None:
            raise ValidationError(_("Please write how many helpers are needed, or tick “No limit”."))

    def validate_deadline(self, field: DayField) -> None:
        """A day that is not over."""
        if self.when.data == "by":
            self._day_to_come(field)

    def validate_day(self, field: DayField) -> None:
        """A day that is not over."""
        if self.when.data == "window":
            self._day_to_come(field)

    def validate_starts(self, field: TimeField) -> None:
        """A window has a beginning to come."""
        if self.when.data != "window":
            return
        if field.time is None:
            raise ValidationError(_("Please write when the helper should come, such as 14:00."))
        if self.day.data and in_utc(self.day.data, field.time) <= now():
            raise ValidationError(_("This time is over. Please choose a later one."))

    def validate_ends(self, field: TimeField) -> None:
        """A window ends after it begins."""
        if self.when.data != "window":
            return
        if field.time is None:
            raise ValidationError(_("Please write until when, such as 16:00."))
        if (
            self.day.data and self.starts.time and self._at(field) <= self._at(self.starts)
        ):  # as moments: clocks jump
            raise ValidationError(_("The end must be later than the beginning."))

    def times(self) -> Times:
        """When help is wanted, as typed; in UTC."""
        if self.when.data == "window":
            return Times(self._at(self.starts), self._at(self.ends))
        if self.when.data == "by":
            return Times(deadline=in_utc(self.deadline.data, LAST_MINUTE))
        return Times()

    def wanted(self) -> int | None:
        """How many helpers, as typed; None: as many as come."""
        return None if self.as_many_as_come.data else self.places.data

    def fill_times_from(self, wish: Any) -> None:
        """Show the times and places of a wish."""
        self.places.data, self.as_many_as_come.data = wish.places, wish.places is None
        if wish.starts_at and wish.ends_at:
            self.when.data, self.day.data = "window", in_town(wish.starts_at).date()
            self.starts.data = f"{in_town(wish.starts_at):%H:%M}"
            self.ends.data = f"{in_town(wish.ends_at):%H:%M}"
        elif wish.deadline:
            self.when.data, self.deadline.data = "by", in_town(wish.deadline).date()

    def _at(self, field: TimeField) -> datetime:
        assert field.time is not None
        return in_utc(self.day.data, field.time)

    def _day_to_come(self, field: DayField) -> None:
        if field.data is None:
            raise ValidationError(_("Please choose the day."))
        days = (field.data - in_town(now()).date()).days
        if not 0 <= days <= 366:
            raise ValidationError(_("Please choose a day from today on, within a year."))
