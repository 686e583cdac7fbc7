"""Safety at somebody's door (W19): incidents, and people who are kept apart.

    an incident: reported ─► handled                    a parting: kept ─► lifted

Whoever was at a door, or behind it, reports an incident with one tap; the coordinator in charge and the town admin
are told at once, and it stands first on the desk until somebody has handled it. "Not this person again" keeps a
volunteer away from a beneficiary; every feature that sends people to doors asks `queries.kept_apart`, and none says
why. Incidents name the thing that they are about by title and address, as duties do, so that any feature may report.
"""
