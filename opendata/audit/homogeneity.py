"""What somebody learns from a release who knows the home, the week and the topic of a report already.

As in Anonymeter (Giomi et al., PoPETs 2023): the attacker finds the rows of that place, week and topic and bets on
their most frequent value; the baseline bets without the report itself, on the other rows like it. The risk is what the
first has over the second, as a share of what the second leaves open: (a - b) / (1 - b).

Two kinds of secrets. What stands on a public code list (what became of the incident, who saw it) is published on
purpose, about a problem in public space: told as a figure. Of everything else, next to nothing may be learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from opendata.audit.features import RECURRING
from opendata.audit.homes import Ints
from opendata.audit.public import COARSE, PLACES, grouped, public_columns, unknown_columns
from opendata.audit.subject import Subject
from opendata.audit.verdicts import Verdict, percent

SAMPLE = 100_000  # rows


@dataclass(frozen=True)
class Learned:
    """Bets of the attacker and of the baseline that were right, of `tried` rows."""

    attack: int
    baseline: int
    tried: int

    @property
    def risk(self) -> float:
        if not self.tried or self.baseline == self.tried:
            return 0.0
        return max(0.0, (self.attack - self.baseline) / (self.tried - self.baseline))


def examine(subject: Subject) -> list[Verdict]:
    """One verdict for columns that no public list explains, one figure for the published ones."""
    rng = subject.rng("homogeneity")
    rows = subject.rows.iloc[np.sort(rng.permutation(len(subject.rows))[:SAMPLE])].astype("str")
    public = public_columns(rows, subject.lists)
    known = [name for title, name in public.items() if title in COARSE]
    wide = [name for title, name in public.items() if title in COARSE and title not in PLACES]
    hidden = [n for n in unknown_columns(rows, subject.lists) if rows[n].nunique() <= RECURRING * len(rows)]
    published = [name for title, name in public.items() if title not in COARSE]
    worst = _worst(rows, hidden, known, wide)
    return [_secret(worst, subject.order.numbers.risk), _told(_worst(rows, published, known, wide))]


def _worst(rows: pd.DataFrame, columns: list[str], known: list[str], wide: list[str]) -> Learned:
    near, far = grouped(rows, known), grouped(rows, wide)
    found = [learned(grouped(rows, [name]), near, far) for name in columns]
    return max(found, key=lambda one: one.risk, default=Learned(0, 0, len(rows)))


def learned(secret: Ints, near: Ints, far: Ints) -> Learned:
    """Attacker: the most frequent secret among the rows of the same `near` group. Baseline: among the others of it.

    Where a row is alone in its group the baseline turns to the rows of its `far` group, without the row itself.
    """
    attack = _most_frequent(secret, near)
    without = _most_frequent_of_others(secret, near)
    without = np.where(without < 0, _most_frequent_of_others(secret, far), without)
    return Learned(int((attack == secret).sum()), int((without == secret).sum()), len(secret))


def _counted(secret: Ints, group: Ints) -> pd.DataFrame:
    """Per group and secret how often, the most frequent first."""
    counted = pd.DataFrame({"group": group, "secret": secret}).value_counts().rename("times").reset_index()
    return counted.sort_values(["group", "times", "secret"], ascending=[True, False, True])


def _most_frequent(secret: Ints, group: Ints) -> Ints:
    first = _counted(secret, group).drop_duplicates("group").set_index("group")["secret"]
    return first.reindex(group).to_numpy()


def _most_frequent_of_others(secret: Ints, group: Ints) -> Ints:
    """Leaving one out: its own vote for the first can make the second win. -1 where there are no others."""
    counted = _counted(secret, group)
    place = counted.groupby("group").cumcount()
    first = counted[place == 0].set_index("group").reindex(group)
    second = counted[place == 1].set_index("group").reindex(group)
    own = first["secret"].to_numpy() == secret
    left = first["times"].to_numpy() - own
    rival = second["times"].fillna(0).to_numpy()
    best = np.where(rival > left, second["secret"].fillna(-1).to_numpy(), first["secret"].to_numpy())
    return np.where(np.maximum(left, rival) > 0, best, -1).astype(np.int64)


def _secret(found: Learned, bound: float) -> Verdict:
    (figure_id, figure_en), (bound_id, bound_en) = percent(found.risk), percent(bound)
    return Verdict(
        attack="homogeneity",
        figure=found.risk,
        bound=bound,
        passed=found.risk <= bound,
        tried=found.tried,
        successes=max(0, found.attack - found.baseline),
        words_id="Yang tahu rumah, minggu, dan kategori sebuah laporan mencoba mengetahui lebih banyak dari kolom "
        f"yang isinya tidak ada di daftar kode publik: {figure_id} dari yang belum diketahui; batasnya {bound_id}.",
        words_en="Somebody who knows the home, week and category of a report tries to learn more from columns whose "
        f"values stand on no public code list: {figure_en} of what was not known; the limit is {bound_en}.",
    )


def _told(found: Learned) -> Verdict:
    figure_id, figure_en = percent(found.risk)
    return Verdict(
        attack="homogeneity-published",
        figure=found.risk,
        bound=1.0,
        passed=True,
        tried=found.tried,
        successes=max(0, found.attack - found.baseline),
        words_id="Yang tahu rumah, minggu, dan kategori sebuah laporan dapat membaca di sini apa yang terjadi dengan "
        f"masalahnya: {figure_id} dari yang tidak dapat diduga tanpa rilis ini. Itu memang diumumkan: masalahnya ada "
        "di ruang publik, dan pelapornya tetap tidak dapat dikenali.",
        words_en="Somebody who knows the home, week and category of a report can read here what became of the problem: "
        f"{figure_en} of what could not be guessed without this release. That is published on purpose: the problem is "
        "in public space, and who reported it remains unknown.",
    )
