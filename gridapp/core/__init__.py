"""The ground: what every feature stands on. Knows no feature and no HTTP.

- `database` the engines (SQLite, PostgreSQL), the base of all models, writing transactions (C1)
- `clock` the one clock (C17), `states` guarded state changes, `journal` who did what (C2)
- `refusals` typed reasons (C3), `outbox` messages (C15), `idempotency` twice is once (C11)
- `masking` what strangers see of a person (C4), `phones`, `paging`, `access_log`
- `features` what each feature contributes to command line, desk, audit and demo (C18)
"""
