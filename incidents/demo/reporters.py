"""Made-up people behind made-up reports: most left an address and confirmed it, some report again and again."""

from __future__ import annotations

import random
from datetime import timedelta

from incidents.filing import Contact
from incidents.intake import reporter_of
from incidents.models import Complaint, Reporter

KNOWN = 0.65  # of the reports: by somebody who confirmed an address
DOMAIN = "warga.example"
WITHIN = timedelta(hours=2)
BATCH = 1000


def introduce(dice: random.Random) -> int:
    """Give demo reports that have none a reporter with a confirmed address. Returns how many got one.

    After the story, in few statements: nobody is written to about made-up cases, so nothing of it depends on them.
    """
    nameless = list(Complaint.objects.filter(demo=True, reporter=None).order_by("pk"))
    people = []
    for complaint in nameless:
        if dice.random() < KNOWN:
            address = f"warga{dice.randrange(len(nameless)):05}@{DOMAIN}"
            reporter = reporter_of(complaint, Contact(email=address))
            reporter.verified_at = complaint.received_at + WITHIN * dice.random()
            people.append(reporter)
    Reporter.objects.bulk_create(people, batch_size=BATCH)
    return len(people)
