"""k and l of a table of counts by a hand that is not ours: pycanon on its rows, taken apart into reporters.

k-anonymity over place, period and category (Sweeney 2002); l-diversity of the category at a place and in a period
(Machanavajjhala et al. 2007), and the share of the most common one (alpha, Wong et al. 2006). Rows that everybody holds
from an earlier release say nothing new: their k is not asked for again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pycanon import anonymity

from opendata.audit.subject import Subject
from opendata.audit.tables import CELL, Places, counted, known_rows, parts
from opendata.audit.verdicts import Verdict, percent
from opendata.cells import REST

PLACE = ["level", "place_code", "period"]


def reporters(subject: Subject) -> pd.DataFrame:
    """CELL and `new`, once for each distinct reporter behind each row; of a row known before, for each report."""
    truth, rows, known = parts(subject), counted(subject.frame), known_rows(subject)
    places = Places.of(subject, truth)
    behind = {key: of for key, of in truth.groupby(["category", "period"])}
    found = []
    for (category, period), of in rows.groupby(["category", "period"]):
        shown = set(zip(of["level"], of["place_code"], strict=True))
        mine = behind.get((category, period), truth[:0])
        for level, place, reports in zip(of["level"], of["place_code"], of["reports"], strict=True):
            inside = mine["kelurahan_code"].isin(places.members(level, place, shown))
            people = {who for one in mine.loc[inside, "who"] for who in one}
            new = (level, place, period, category, reports) not in known
            found.append((level, place, period, category, new, len(people) if new else reports))
    cells = pd.DataFrame(found, columns=[*CELL, "new", "people"])
    return cells.loc[np.repeat(cells.index.to_numpy(), cells["people"]), [*CELL, "new"]].reset_index(
        drop=True
    )


def measured(subject: Subject) -> tuple[int, int, float]:
    """k, l and alpha by pycanon; what the policy asks for where there is nothing to measure."""
    numbers, people = subject.order.numbers, reporters(subject)
    new, placed = (
        people[people["new"]].reset_index(drop=True),
        people[people["level"] != REST].reset_index(drop=True),
    )
    k = int(anonymity.k_anonymity(new, CELL)) if len(new) else numbers.k
    if placed.empty:
        return k, numbers.categories, 0.0
    alpha, _k = anonymity.alpha_k_anonymity(placed, PLACE, ["category"])
    return k, int(anonymity.l_diversity(placed, PLACE, ["category"])), float(alpha)


def examine(subject: Subject) -> list[Verdict]:
    """How small the smallest crowd of a row is, and how little the category of a place is hidden."""
    numbers, tried = subject.order.numbers, len(subject.frame)
    k, diversity, alpha = measured(subject)
    (alpha_id, alpha_en), (share_id, share_en) = percent(alpha), percent(numbers.share)
    return [
        Verdict(
            "crowd", float(k), float(numbers.k), k >= numbers.k, tried, 0,
            f"Pelapor berbeda di balik setiap angka, dihitung dengan pustaka lain (pycanon): paling sedikit {k}; "
            f"harus {numbers.k}.",
            f"Different reporters behind each count, by another library (pycanon): at least {k}; must be {numbers.k}.",
        ),
        Verdict(
            "topics", float(diversity), float(numbers.categories), diversity >= numbers.categories, tried, 0,
            f"Kategori berbeda di setiap tempat dan periode (pycanon): paling sedikit {diversity}; harus "
            f"{numbers.categories}.",
            f"Different categories at each place and period (pycanon): at least {diversity}; must be "
            f"{numbers.categories}.",
        ),
        Verdict(
            "dominance", alpha, numbers.share, alpha <= numbers.share, tried, 0,
            f"Bagian kategori terbesar di suatu tempat dan periode (pycanon): paling banyak {alpha_id}; batasnya "
            f"{share_id}.",
            f"Share of the most common category at a place and period (pycanon): at most {alpha_en}; the limit is "
            f"{share_en}.",
        ),
    ]  # fmt: skip
