"""How a device is called, and what a look was at."""

from __future__ import annotations

from gridapp.core.words import N_

# The first that stands in the browser's own name of itself; WeChat's also says Android or iPhone.
PROGRAMS = (
    ("MicroMessenger", N_("WeChat")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", N_("Android phone")),
    ("Windows", N_("Windows computer")),
    ("Mac OS", N_("Mac")),
    ("Linux", N_("Linux computer")),
)
UNKNOWN = N_("a device")
THINGS = {
    "wishes": N_("contact details for a wish"),
    "volunteers": N_("your phone number"),
    "people": N_("your data"),
}


def device_parts(said: str) -> list[str]:
    """Machine and program that the browser names, each marked for translation; at least one."""
    found = [next((name for mark, name in known if mark in said), None) for known in (MACHINES, PROGRAMS)]
    return [name for name in found if name] or [UNKNOWN]
