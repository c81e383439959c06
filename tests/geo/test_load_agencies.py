from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.models import Agency

pytestmark = pytest.mark.django_db
HEAD = "code,name,short_name,kind,email\n"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def load(tmp_path: Path, body: str, *options: str) -> str:
    path, out = tmp_path / "agencies.csv", StringIO()
    path.write_text(HEAD + body)
    call_command("load_agencies", str(path), *options, stdout=out)
    return out.getvalue()


def test_agencies_are_added_changed_and_kept(tmp_path: Path) -> None:
    load(tmp_path, "dlh,Dinas Lingkungan Hidup,DLH,dinas,dlh@kota.example\npln,PLN,,luar,\n")
    told = load(tmp_path, "dlh,Dinas Lingkungan Hidup,DLHKP,dinas,dlh@kota.example\nbpbd,BPBD,,badan,\n")
    assert told.splitlines() == ["added: 1 (bpbd)", "changed: 1 (dlh)", "removed: 0", "unchanged: 0"]
    assert dict(Agency.objects.values_list("code", "short_name")) == {"dlh": "DLHKP", "pln": "", "bpbd": ""}
    assert "unchanged: 2" in load(
        tmp_path, "dlh,Dinas Lingkungan Hidup,DLHKP,dinas,dlh@kota.example\npln,PLN,,luar,\n"
    )


def test_an_agency_that_was_closed_stays_closed(tmp_path: Path) -> None:
    load(tmp_path, "dlh,DLH,,dinas,\n")
    Agency.objects.update(active=False)
    load(tmp_path, "dlh,Dinas Lingkungan Hidup,,dinas,\n")
    assert not Agency.objects.get().active


def test_a_dry_run_tells_and_changes_nothing(tmp_path: Path) -> None:
    told = load(tmp_path, "dlh,DLH,,dinas,\n", "--dry-run")
    assert "added: 1 (dlh)" in told
    assert "Nothing was loaded" in told
    assert not Agency.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("dlh,DLH lagi,,dinas,", "row 3: dlh is already in row 2"),
        (",DLH,,dinas,", "row 3: code: is empty"),
        ("dinas lingkungan,DLH,,dinas,", "row 3: code: a code has"),
        ("bpbd,,,badan,", "row 3: name: is empty"),
        ("bpbd,BPBD,,,", "row 3: kind: is empty"),
        ("bpbd,BPBD,,badan,bukan-alamat", "row 3: email: .*no e-mail"),
        ("bpbd,BPBD," + "x" * 61 + ",badan,", "row 3: short_name: is longer"),
    ],
)
def test_one_wrong_row_refuses_the_whole_file(tmp_path: Path, row: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        load(tmp_path, f"dlh,DLH,,dinas,\n{row}\n")
    assert not Agency.objects.exists()
