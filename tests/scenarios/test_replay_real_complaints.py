"""Real complaints of two cities through the intake to their end, and what the figures make of them.

Surabaya: a sample here, all 12,530 rows with `python -m benchmarks.replay` (docs/figures.md has the numbers). The
figures are computed a second time with pandas from the files alone.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.real_rows import RealCity, samarinda, surabaya
from benchmarks.replay import expected, load_city, replay
from incidents.figures.period import Period
from incidents.figures.tables import FEW, by_agency, by_category, by_kelurahan, total
from incidents.models import Complaint, Entry, Incident, Notice, Phase
from incidents.policy import forget_policy
from tests.conftest import person, signed_in

SAMPLE = 500
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city's decisions are kept for a moment, as in real life: hundreds of topics are not read for each row."""
    monkeypatch.setattr("incidents.policy.KEEP_SECONDS", 2.0)
    forget_policy()


def sampled(city: RealCity) -> RealCity:
    """Every n-th row, so that all eighteen months and all parts of the city are there."""
    city.rows = city.rows[:: len(city.rows) // SAMPLE][:SAMPLE]
    return city


def test_surabayas_complaints_keep_their_times_and_the_figures_are_those_that_pandas_finds(
    shared_data: Path, tmp_path: Path
) -> None:
    city = sampled(surabaya(shared_data))
    load_city(city, tmp_path)
    counts = replay(city, tmp_path)
    early = [one for one in city.rows if one["closed_at"] and one["closed_at"] < one["received_at"]]
    assert counts == {"dimuat": SAMPLE - len(early)} | ({"ditolak": len(early)} if early else {})
    assert not Notice.objects.exists()

    period = Period(date(2022, 1, 1), date(2023, 12, 31))
    cases = Incident.objects.all()
    real = expected(city)
    found = total(cases, period)
    assert found.new == len(real)
    assert found.solution.median == pytest.approx(real["days"].median(), abs=1e-6)
    assert found.solution.slow == pytest.approx(real["days"].quantile(0.9), abs=1e-6)
    assert found.answer == found.solution
    assert found.open == found.late == real["days"].isna().sum()
    for rows, column in ((by_agency, "lead"), (by_category, "category"), (by_kelurahan, "kelurahan")):
        told = {row.code: row.figures for row in rows(cases, period)}
        for code, group in (
            real[real["kelurahan"] != ""].groupby(column) if column == "kelurahan" else real.groupby(column)
        ):
            answered = group["days"].dropna()
            if column == "kelurahan":
                assert told[str(code)].new >= len(group)  # and those of which only the kecamatan is known
            else:
                assert told[str(code)].new == len(group)
                median = answered.median() if len(answered) >= FEW else None
                assert told[str(code)].solution.median == (
                    median if median is None else pytest.approx(median, abs=1e-6)
                )

    page = signed_in(person("pimpinan", "pimpinan")).get("/pimpinan/angka?from=2022-01-01&to=2023-12-31")
    assert page.status_code == 200
    assert page.context["all"] == found


def test_samarindas_cases_are_anonymous_confidential_archived_or_closed_as_they_really_were(
    shared_data: Path, tmp_path: Path
) -> None:
    city = samarinda(shared_data)
    load_city(city, tmp_path)
    counts = replay(city, tmp_path)
    real = pd.read_csv(shared_data / "complaints" / "samarinda_sp4n_2024.csv", keep_default_na=False)
    inside = real[real["regency"].isin(["", "Kota Samarinda"])]

    assert counts == {"dimuat": len(inside), "ditolak": len(real) - len(inside)}, (
        "what lies elsewhere is refused"
    )
    privacy = inside["privacy"]
    assert Complaint.objects.filter(anonymous=True).count() == privacy.str.contains("Anonim").sum()
    assert Incident.objects.filter(confidential=True).count() == privacy.str.contains("Rahasia").sum()
    begun = inside["status"].str.split().str[0].value_counts()
    phases = {Phase.CLOSED: "Ditutup", Phase.ARCHIVED: "Diarsipkan", Phase.WAITING: "Menunggu"}
    assert {phase: Incident.objects.filter(phase=phase).count() for phase in phases} == {
        phase: begun[word] for phase, word in phases.items()
    }
    assert not Incident.objects.filter(resolved_at__isnull=False).exists(), "nobody recorded when"
    assert Entry.objects.filter(kind=Entry.Kind.ARCHIVED).count() == begun["Diarsipkan"]
    named = [one for one in city.rows if one["kelurahan"]]
    for one in named:
        assert (
            Incident.objects.get(complaints__external_id=one["external_id"]).kelurahan_code
            == one["kelurahan"]
        )
    year = Period(date(2024, 1, 1), date(2024, 12, 31))
    public = total(Incident.objects.filter(confidential=False), year)
    assert public.new == (~privacy.str.contains("Rahasia")).sum()
    assert public.solution.median is None
