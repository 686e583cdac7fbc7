"""Addresses of organisations.

- `own` entering one, one's organisations and invitations
- `showing` one organisation, the coordinator's list, the desk's queue
- `deciding` what its coordinator decides
- `members` inviting, answering, leaving, handing over
"""

from gridapp.organisations.views import deciding, members, own
from gridapp.organisations.views.blueprint import bp
from gridapp.organisations.views.showing import queue

__all__ = ["bp", "deciding", "members", "own", "queue"]
