"""Why a file was not loaded: which file, where in it, and the reason, in words for the person who brought it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from geo.errors import FieldError, Invalid, Text

SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One thing to put right. `place` names the feature or row, e.g. `feature 12 (35.75.01.1001)` or `row 7`."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class FileRefused(Invalid):
    """Nothing of the file was used. `faults` are all that were found; `place` and `reason` are the first one's."""

    def __init__(self, path: Path, reason: Text, place: Text = "", *, more: Sequence[Fault] = ()) -> None:
        self.path = path
        self.file = path.name
        self.place = str(place)
        self.reason = str(reason)
        self.faults = [Fault(self.place, self.reason), *more]
        super().__init__(
            _told(self.file, self.faults), [FieldError(one.place, one.reason) for one in self.faults]
        )

    @classmethod
    def of(cls, path: Path, faults: Sequence[Fault]) -> FileRefused:
        """The refusal for one or more `faults`."""
        first, *more = faults
        return cls(path, first.reason, first.place, more=more)


def refuse_if_any(path: Path, faults: Sequence[Fault]) -> None:
    """Raise FileRefused with all `faults`; nothing happens when there are none."""
    if faults:
        raise FileRefused.of(path, faults)


def _told(file: str, faults: Sequence[Fault]) -> str:
    """One fault in one line; several one below the other, the first SHOWN of them."""
    if len(faults) == 1:
        return f"{file}, {faults[0]}" if faults[0].place else f"{file}: {faults[0]}"
    lines = [_("%(file)s: %(count)d things to put right") % {"file": file, "count": len(faults)}]
    lines += [f"  {fault}" for fault in faults[:SHOWN]]
    if len(faults) > SHOWN:
        lines.append("  " + _("… and %(count)d more") % {"count": len(faults) - SHOWN})
    return "\n".join(lines)
