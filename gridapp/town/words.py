"""How changes of the setup are said."""

from __future__ import annotations

from gridapp.core.words import N_

STEPS = {
    "town_changed": N_("The town's facts were changed."),
    "category_added": N_("A kind of wish was added."),
    "category_changed": N_("A kind of wish was changed."),
    "skill_added": N_("A skill was added."),
    "skill_changed": N_("A skill was changed."),
}
