"""One measured figure as a line of JSON; sizes are a tenth of the stated ones unless FULL=1."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from dataclasses import asdict, dataclass
from typing import Any

FULL = os.environ.get("FULL") == "1"


def sized(stated: int) -> int:
    """The stated size, or a tenth of it."""
    return stated if FULL else stated // 10


@dataclass(frozen=True)
class Figure:
    """`value` is what is promised, in `unit`; `ours` and `peer` are what was measured beside each other."""

    figure: str
    value: float
    unit: str
    ours: float
    peer: float
    detail: dict[str, Any]

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def versions(*packages: str) -> dict[str, str]:
    """What it was measured with."""
    found = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), "cpus": str(os.cpu_count()), **found}
