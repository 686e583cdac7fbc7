"""Log lines: JSON for machines, plain ones in debug mode; never the values of variables, which are people's words (D2)."""

from __future__ import annotations

import structlog


def configure(*, plain: bool) -> None:
    """Say how lines are written; moments are UTC."""
    last: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if plain:
        last = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if plain else [structlog.processors.format_exc_info]),
            last,
        ]
    )
