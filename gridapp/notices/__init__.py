"""Notices: what a person has been told, newest first; each leads to the thing that it is about.

The inbox is the outbox of `core` read by the person (C15). Features contribute the words of their
messages (C18); pushing by e-mail and SMS reads the same rows.
"""
