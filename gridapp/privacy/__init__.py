"""Privacy: what is kept of a person, for that person alone (Y4, C4, D4).

- `/me/data` what is kept, counted, with the way to each part; correcting name and committee; a whole copy to take away
- `/me/looks` who looked at name, phone or address of the person or of a wish that they entered
- `/me/devices` where one is signed in; each can be signed out at once

Which rows belong to a person each feature says itself (`Feature.personal`, C18); nothing is listed here.
"""
