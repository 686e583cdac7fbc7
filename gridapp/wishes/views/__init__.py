"""Addresses of wishes and claims.

- `reading` the list, the page, one's own wishes, the desk's queues
- `entering` a new wish, changing and taking back, `checking` what coordinators do
- `slips` the printed slip, `tracking` what its holder sees and says without an account
- `claiming` taking on, giving back, the contact, done and confirmed
"""

from gridapp.wishes.views import checking, claiming, entering, slips, tracking
from gridapp.wishes.views.reading import bp, queue_to_check, queue_to_confirm

__all__ = [
    "bp",
    "checking",
    "claiming",
    "entering",
    "queue_to_check",
    "queue_to_confirm",
    "slips",
    "tracking",
]
