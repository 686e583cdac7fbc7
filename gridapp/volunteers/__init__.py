"""Volunteers: who may help, and the ledger of hours.

    applied ─► approved ⇄ paused (by oneself, until a day)
       │  ▲        │  ▲       │
       ▼  │        ▼  └───────┤
    declined   suspended ◄────┘        (by a coordinator, with a reason)

A coordinator decides on volunteers of the own area alone; somebody from outside, a coordinator of any
area that they named (V2). Approving states that the person was met and proves the phone number (A9).
Hours are a ledger: earned by what was confirmed, corrected by entries, never edited (V3).
"""
