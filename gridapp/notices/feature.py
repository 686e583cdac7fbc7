"""What notices contribute (C18): the messages of a person."""

from __future__ import annotations

from gridapp.core.features import Feature, Merging, Personal
from gridapp.core.outbox import Message
from gridapp.core.words import N_

FEATURE = Feature(
    name="notices",
    merging=Merging(moves=(Message.person_id,)),
    personal=(
        Personal("messages", N_("Messages to me"), "/notices", Message, lambda id_: Message.person_id == id_),
    ),
)
