"""Organisations that help: companies and associations (两新组织), collective enterprises, partner units (共建单位).

    applied ─► approved ⇄ suspended        a member: invited ─► joined ─► left | removed
       │  ▲                                             └─► refused | revoked | lapsed
       ▼  │
    declined

Whoever wants to speak for an organisation enters it; the coordinator of its committee approves it, and with
that gives the role of representative (A2). The representative invites people by phone number, and they decide
for themselves: an invitation looks the same whether or not the number has an account, so that nobody finds out
by inviting. Members see each other's names, never numbers (C4). The coordinator who has met a member notes it,
which proves the number (A9): only then can that member go to somebody's door.
"""
