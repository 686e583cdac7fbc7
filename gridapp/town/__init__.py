"""The town office sets the town up without code (A7): its name, whom to call, limits, words of welcome, kinds of wishes,
skills. For the town admin alone; every change is journaled on the town and can be read on the same page.

Nothing that is in use is deleted: a kind or a skill that is no longer offered stays on what bears it.
"""
