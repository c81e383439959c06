"""How each agency answered and solved in a quarter, in bands and roundings: topics of each tier by themselves."""

from __future__ import annotations

import pandas as pd

from opendata.anonymise import TOLD, performance
from opendata.audit.small_topics import BEHIND
from opendata.inside.copying import snapshot
from opendata.inside.digest import digest
from opendata.inside.steps import steps_in, voices_of
from opendata.models import ReleasedPerformance
from opendata.recipes.made import Column, Made, Order, Recipe
from opendata.sources import borders

FROM = (
    "Kosong bila kasus di baliknya lebih sedikit daripada angka k kebijakan rilis itu.",
    "Empty where fewer cases are behind it than the number k of the release’s policy.",
)


def _days(name: str, id_: str, en: str) -> Column:
    return Column(
        name,
        "number",
        f"{id_}, dibulatkan ke setengah hari. {FROM[0]}",
        f"{en}, rounded to half days. {FROM[1]}",
    )


COLUMNS = (
    Column(
        "agency_code",
        "text",
        "Kode perangkat daerah (dataset kode).",
        "Code of the agency (dataset of codes).",
        codes="agency",
    ),
    Column("agency", "text", "Nama perangkat daerah.", "Name of the agency."),
    Column("period", "text", "Triwulan, misalnya 2026-Q4: minggu-minggu utuh.", "Quarter, e.g. 2026-Q4: whole weeks."),
    Column(
        "tier",
        "text",
        "open = topik ruang publik, yang kasusnya juga terbit satu per satu; aggregate = topik yang hanya dihitung, "
        "dan hanya topik dengan sedikitnya k kasus dari k pelapor berbeda di balik angka itu (k: kebijakan rilis itu).",
        "open = topics of public space, whose cases are released one by one as well; aggregate = topics that are "
        "only counted, and of these only topics with at least k cases of k different reporters behind the figure (k: "
        "the release’s policy).",
        codes="tier",
    ),
    Column(
        "cases",
        "text",
        "Jumlah kasus yang masuk dan dipegangnya sebagai penanggung jawab, dalam rentang. Kasus rahasia tidak pernah "
        "dihitung.",
        "How many cases came in of which it is in charge, as a band. Confidential cases are never counted.",
        codes="cases",
    ),
    _days("answer_days_median", "Hari dari laporan sampai jawaban pertama: separuh kasus paling lama sekian",
          "Days from report to first answer: half of the cases took at most this"),
    _days("answer_days_p90", "Hari dari laporan sampai jawaban pertama: sembilan dari sepuluh kasus paling lama sekian",
          "Days from report to first answer: nine of ten cases took at most this"),
    _days("solved_days_median", "Hari dari laporan sampai selesai: separuh kasus paling lama sekian",
          "Days from report to solution: half of the cases took at most this"),
    _days("solved_days_p90", "Hari dari laporan sampai selesai: sembilan dari sepuluh kasus paling lama sekian",
          "Days from report to solution: nine of ten cases took at most this"),
    Column(
        "late_percent",
        "integer",
        f"Bagian kasus yang belum selesai pada akhir triwulan dan lewat tenggatnya, dibulatkan ke 5 persen. {FROM[0]}",
        f"Share of the cases unsolved at the quarter’s end that were past their deadline, to 5 per cent. {FROM[1]}",
    ),
    Column(
        "reopened_percent",
        "integer",
        f"Bagian kasus triwulan itu yang pernah selesai lalu dibuka kembali, dibulatkan ke 5 persen. {FROM[0]}",
        f"Share of the quarter’s cases once solved that were opened again, rounded to 5 per cent. {FROM[1]}",
    ),
)  # fmt: skip


def make(order: Order) -> Made:
    """The agencies' figures of a quarter. Raises Conflict without boundaries, or when contacts cannot be opened."""
    assert order.period is not None
    with snapshot():
        steps = steps_in(order.period)
        voices = voices_of(steps, order.period, order.key)
        edition = borders(())
    frame = performance(steps, voices, order.numbers, str(order.period))
    told = steps[steps["tier"].isin(TOLD).to_numpy() & ~steps["confidential"].to_numpy()]
    return Made(
        frame=frame,
        truth=_truth(frame, steps, voices),
        held=_held(steps, told, frame),
        counted=len(frame),
        edition=edition.edition,
        approximate=edition.approximate,
        demo=bool(told["demo"].any()),
        utility={
            "rows": len(frame),
            "empty_percent": round(100 * float(frame.isna().to_numpy().mean()), 1) if len(frame) else None,
        },
        input_digest=_digest(steps),
    )


def input_digest(order: Order) -> str:
    """What `Made.input_digest` would be now."""
    assert order.period is not None
    with snapshot():
        return _digest(steps_in(order.period))


def _digest(steps: pd.DataFrame) -> str:
    return digest(steps[["case", "agency_code", "category", "tier", "confidential"]], "case")


def _held(steps: pd.DataFrame, told: pd.DataFrame, frame: pd.DataFrame) -> dict[str, int]:
    """Cases that are in no figure, and agencies that have no row."""
    secret = steps["confidential"].to_numpy(dtype=bool)
    few = set(told["agency_code"].astype(str)) - set(frame["agency_code"])
    found = {
        "confidential": int(secret.sum()),
        "closed": len(steps) - len(told) - int(secret.sum()),
        "agencies": len(few),
    }
    return {reason: count for reason, count in found.items() if count}


def _truth(frame: pd.DataFrame, steps: pd.DataFrame, voices: pd.DataFrame) -> pd.DataFrame:
    """Of each row all cases of its agency, also those that must stay inside, as audit.small_topics.BEHIND."""
    who = voices.groupby("case")["reporter"].agg(tuple).to_dict()
    known = steps.assign(
        who=pd.Series([who.get(case, ()) for case in steps["case"]], steps.index, dtype=object)
    )
    behind = {
        str(code): tuple(of[list(BEHIND)].itertuples(index=False, name=None))
        for code, of in known.groupby("agency_code", observed=True)
    }
    return pd.DataFrame({"behind": [behind[code] for code in frame["agency_code"]]}, index=frame.index)


RECIPE = Recipe(
    name="performance",
    rhythm="quarter",
    tier="",
    columns=COLUMNS,
    rows=ReleasedPerformance,
    fields={},
    make=make,
    digest=input_digest,
)
