"""Addresses of volunteers.

- `own` one's profile and break, `hours` one's ledger and its public check
- `deciding` what coordinators see and decide, `desk` the new ones, several at once
"""

from gridapp.volunteers.views import deciding, hours, own
from gridapp.volunteers.views.blueprint import bp
from gridapp.volunteers.views.desk import queue

__all__ = ["bp", "deciding", "hours", "own", "queue"]
