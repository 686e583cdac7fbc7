"""Addresses of wishes and claims.

- `listing` open wishes, `reading` a wish's page, one's own wishes, `desk` the coordinators' queues
- `entering` a new wish, changing and taking back, `checking` what coordinators do
- `slips` the printed slip, `tracking` what its holder sees and says without an account
- `changing` other words for a wish that is public
- `claiming` taking on, giving back, the contact, done and confirmed
"""

from gridapp.wishes.views import changing, checking, claiming, entering, listing, slips, tracking
from gridapp.wishes.views.desk import queue_to_check, queue_to_confirm
from gridapp.wishes.views.reading import bp

__all__ = [
    "bp",
    "changing",
    "checking",
    "claiming",
    "entering",
    "listing",
    "queue_to_check",
    "queue_to_confirm",
    "slips",
    "tracking",
]
