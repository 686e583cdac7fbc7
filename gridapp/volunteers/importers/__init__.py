"""Lists about volunteers: who they are (`people`), and the hours that they gave before gridapp (`hours`)."""

from __future__ import annotations

from gridapp.volunteers.importers.hours import HOURS
from gridapp.volunteers.importers.people import VOLUNTEERS

__all__ = ["HOURS", "VOLUNTEERS"]
