"""Every way in which staff change something about people, by verb: `roles`, `accounts`, `entering`, `recovering`.

Knows no HTTP, never commits. The person is locked first, then whatever it is about (C1).
"""
