"""Searching every byte: whether anything of what people wrote or left is in any file, raw or opened.

The search itself is opendata/traces/; this says what of it may be told.
"""

from __future__ import annotations

from collections.abc import Collection

from opendata.audit.subject import Subject
from opendata.audit.verdicts import Verdict
from opendata.formats import kinds
from opendata.traces.release import scan

MEGA = 1_000_000
ATTACK = "canaries"
WHOSE = (
    ("pada masa rilis ini", "this period"),
    ("setahun terakhir", "the year before"),
)  # subjects.canaries_in()


def examine(subject: Subject, only: Collection[str] = ()) -> list[Verdict]:
    """How many canaries the files hold, all or `only` some; none may be. Nothing to tell of a candidate without files.

    The report and the manifest are written after the audit: they are searched by themselves (opendata/press.py).
    """
    if subject.folder is None or subject.canaries is None:
        return []
    found = scan(subject.folder, file_names(subject.recipe.name), subject.canaries, subject.public, only)
    where = ", ".join(sorted(name for name in found.found if name in file_names(subject.recipe.name)))
    size = max(round(found.tried / MEGA), 1)
    whose_id, whose_en = WHOSE[subject.order.period is None]
    return [
        Verdict(
            ATTACK, float(found.figure), 0.0, found.figure == 0, found.tried, found.figure,
            f"Setiap bita dari semua berkas ({size} MB, juga setelah dibuka dari pemampatan) dicari potongan tulisan, "
            f"nama, kontak, kode, foto, dan titik lokasi dari semua laporan {whose_id}: "
            f"{found.figure} ditemukan; harus 0."
            + (f" Berkasnya: {where}." if where else ""),
            f"Every byte of all files ({size} MB, also after unpacking) was searched for pieces of the texts, names, "
            f"contacts, codes, photos and pins of all reports of {whose_en}: {found.figure} found; must be 0."
            + (f" The files: {where}." if where else ""),
        )
    ]  # fmt: skip


def file_names(recipe: str) -> frozenset[str]:
    """All names that files of such a release may have."""
    own = (kinds.CSV, kinds.GEOJSON, kinds.GEOPACKAGE, kinds.PARQUET, kinds.PMTILES)
    stem = kinds.stem(recipe)
    told = {kind.file(kinds.DICTIONARY) for kind in (kinds.CSV, kinds.JSON)}
    report = {kind.file(kinds.AUDIT) for kind in (kinds.JSON, kinds.HTML)}
    return frozenset(kind.file(stem) for kind in own) | told | report | {kinds.JSON.file(kinds.MANIFEST)}
