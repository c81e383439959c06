"""The words of a case as they were put right last, beside those of its reporters."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.masking import masked
from incidents.models import Incident


@dataclass(frozen=True)
class Corrected:
    """Empty where nothing was put right, or where it was erased; numbers and addresses of persons are covered."""

    words: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.address)


def corrected_words(incident: Incident) -> Corrected:
    """The newest words and the newest note on the place that somebody who works here wrote."""
    latest = list(incident.corrections.select_related("words", "address").order_by("-pk"))
    words = next((one.words.body for one in latest if one.words), "")
    address = next((one.address.body for one in latest if one.address), "")
    return Corrected(masked(words), masked(address))
