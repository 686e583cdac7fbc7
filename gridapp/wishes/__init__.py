"""Micro-wishes: the main job. Somebody needs something small, another can give it.

    submitted ⇄ asked_back
        ▼
    submitted ─► open ─► filled ─► done ─► confirmed
        │         │  ▲      │        │
     declined     │  └──────┴────────┘   withdrawn, released, not satisfied: back to open
              withdrawn / expired

A claim takes one place: held → done → confirmed | returned; held → withdrawn | cannot_come | released.

A coordinator of the committee checks a wish before it is public (W2). The beneficiary lies in a row of
its own, which only the holder of a live claim and the coordinator in charge see, by a POST that is
logged (W7). Places are given by one guarded UPDATE (W5). Confirmed minutes go into the ledger (W11, V3).
"""
