"""Addresses of wishes and claims.

- `listing` open wishes, `reading` a wish's page, one's own wishes, `desk` the coordinators' queues
- `entering` a new wish, changing and taking back, `checking` what coordinators do
- `slips` the printed slip, `tracking` what its holder sees and says without an account
- `changing` other words for a wish that is public, `arranging` another time, place or number, `new_time` what the page
  shows of that afterwards
- `claiming` taking on, giving back, the contact, done and confirmed
- `sharing` what organisations take on, and who goes; `taking_part` what the page shows of it
- `door` incidents, "not this person again", wishes that are kept back
"""

from gridapp.wishes.views import (
    arranging,
    changing,
    checking,
    claiming,
    door,
    entering,
    listing,
    sharing,
    slips,
    tracking,
)
from gridapp.wishes.views.desk import queue_clashing, queue_to_check, queue_to_confirm
from gridapp.wishes.views.reading import bp

__all__ = [
    "arranging",
    "bp",
    "changing",
    "checking",
    "claiming",
    "door",
    "entering",
    "listing",
    "queue_clashing",
    "queue_to_check",
    "queue_to_confirm",
    "sharing",
    "slips",
    "tracking",
]
