"""What attackers know of a city besides the rows: code lists, cells, where people live, and how rows are made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from itertools import count

import numpy as np
import pandas as pd

from geo.catchment_rows import read_homes
from geo.cells import cell_shapes
from geo.models import Agency
from incidents.models import Category
from opendata.anonymise import TOLD
from opendata.audit.homes import Homes
from opendata.audit.subject import Simulate
from opendata.bands import CASES, band_codes, outcome_codes, report_codes
from opendata.inside.made_up import SOURCES
from opendata.policy import Numbers
from opendata.recipes.made import Order, Recipe

KEY_BYTES = 32


def public_lists(areas: pd.DataFrame, numbers: Numbers) -> dict[str, frozenset[str]]:
    """Name → codes of the lists that are released beside the rows. `areas`: the places of `sources.borders`."""
    topics = Category.objects.values_list("code", "urusan")
    agencies = Agency.objects.values_list("code", "name")
    named: dict[str, Iterable[object]] = {
        "kelurahan": areas["kelurahan_code"],
        "kelurahan names": areas["kelurahan"],
        "kecamatan": areas["kecamatan_code"],
        "kecamatan names": areas["kecamatan"],
        "catchments": cell_shapes(),
        "categories": (code for code, _urusan in topics),
        "urusan": (urusan for _code, urusan in topics),
        "outcomes": outcome_codes(numbers.outcome_days),
        "sources": SOURCES,
        "reports": report_codes(numbers.report_bands),
        "agencies": (code for code, _name in agencies),
        "agency names": (name for _code, name in agencies),
        "cases": band_codes(CASES),
        "tiers": TOLD,
    }
    return {title: frozenset(map(str, codes)) for title, codes in named.items()}


def known_homes() -> Homes | None:
    """Where people live, as everybody can see from the street; none where the city has not said."""
    homes = read_homes()
    if not len(homes.count):
        return None
    return Homes(homes.lon, homes.lat, homes.count.astype(np.int64))


def simulator(recipe: Recipe, order: Order) -> Simulate | None:
    """Passes made-up reports through the recipe, each time with a key of its own, as each release has one.

    The keys follow from dataset, period and policy, never from the build's own: building again changes no chance.
    """
    simulate = recipe.simulate
    if simulate is None:
        return None
    asked = json.dumps([order.slug, str(order.period), order.numbers.as_json()]).encode()
    keys = (blake2b(b"%d " % n + asked, digest_size=KEY_BYTES).digest() for n in count())
    return lambda pins: simulate(replace(order, key=next(keys)), pins)
