"""When two accounts cannot become one because of what they have promised (V5).

Nobody holds two places of a wish (W4), helps with a wish of their own (W4), or goes where they are not to (W19).
"""

from __future__ import annotations

from gridapp.core.refusals import CONFLICT, Refusal
from gridapp.core.words import N_

_TEXTS = {
    "both_hold": N_("Both accounts have taken “%(title)s” on."),
    "own_wish": N_("One account has taken on “%(title)s”, a wish of the other."),
    "kept_apart": N_("One account has taken “%(title)s” on, and the other is kept away from whom it is for."),
}
MERGING_REFUSALS = {
    code: Refusal(
        code,
        CONFLICT,
        text,
        N_("Release the helper there first, or wait until it is confirmed."),
        link=("/wishes/{id}", N_("Look at the wish")),
    )
    for code, text in _TEXTS.items()
}
