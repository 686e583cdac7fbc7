"""Photos of things that features own: wishes, what was delivered, volunteers (C20).

A photo is a row: two JPEGs of our own making (`core.photos`), the thing that it belongs to, and a place among the
few photos of that thing, which the database guards. It is seen by whoever sees the thing: features say so in
`Feature.sees_photo`; who may take it away, and what that changes, in `Feature.photo_owners`.

    pending ─► shown ─► removed      pending: came with a form that was refused, kept for its sender half an hour
"""
