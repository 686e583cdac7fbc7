"""What areas contribute (C18)."""

from __future__ import annotations

from gridapp.areas import demo, exporters, importers
from gridapp.core.features import Feature

FEATURE = Feature(
    name="areas",
    importers={"areas": importers.AREAS},
    exporters={"areas": exporters.AREAS},
    demo=demo.load,
)
