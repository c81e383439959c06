"""What a relocation would change, without changing anything."""

from __future__ import annotations

from django.utils import timezone

from geo.models import Edition
from geo.registry import load_locator
from incidents.relocation.batches import next_batch
from incidents.relocation.places import Placer
from incidents.relocation.tally import Tally

BATCH = 50_000


def forecast(edition: Edition) -> Tally:
    """What would become of the open cases if `edition` were in force, with the service areas as they are."""
    placer, tally, after = Placer(edition, load_locator(edition)), Tally(), 0
    while batch := next_batch(placer, after, BATCH, timezone.now(), lock=False):
        tally.add(batch, placer.agencies)
        after = batch.until
    return tally
