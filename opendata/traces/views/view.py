"""One reading of a file, or of a part of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from opendata.traces.pins import Floats
from opendata.traces.search import Readable


@dataclass(frozen=True)
class View:
    """Bytes to be searched. `text`: cells and lines of text; `points`: (n, 2) pairs that could be pins;
    `leftover`: there is something here that should not be at all (a page that was freed, a part nobody names)."""

    content: Readable = b""
    text: bool = False
    points: Floats = field(default_factory=lambda: np.zeros((0, 2)))
    leftover: bool = False
