"""Accounts: people, roles at places, devices that are signed in, and duties.

- sign-up with a consent record (Y1, A6), sign-in with limits on tries (D5), sign-out that ends at once (D4)
- `queries.Actor` is who acts: the person, the roles in force, and the committees in charge of (A2, A5)
- `acting.attempt` is how every feature writes: lock, person loaded again, key spent, commit (C1, C11)
- `duties` are what takes a person's time, over all features (C16)
"""
