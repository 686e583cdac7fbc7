"""When two accounts cannot become one because of where they stand as volunteers (V5).

Whoever stays keeps their own state; so no suspension may end by it, and nothing taken on be left with somebody who was
not approved. A decline ends where the same person was approved: that is why many are declined.
"""

from __future__ import annotations

from gridapp.core.refusals import CONFLICT, Refusal
from gridapp.core.words import N_

SUSPENSION_WOULD_END = Refusal(
    "suspension_would_end",
    CONFLICT,
    N_(
        "The account that would go is suspended, and the other one is not: the suspension would be over by this."
    ),
    N_("Suspend the other one too, or lift the suspension; both are told why. Then put them together."),
)
APPROVAL_WOULD_END = Refusal(
    "approval_would_end",
    CONFLICT,
    N_("The account that would go is approved as a volunteer, and the other one is not."),
    N_("Let the approved one stay, or approve the other one first."),
)
MERGING_REFUSALS = {refusal.code: refusal for refusal in (SUSPENSION_WOULD_END, APPROVAL_WOULD_END)}
