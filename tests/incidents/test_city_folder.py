from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from geo.models import Agency, Area, City, Edition, ServiceArea
from geo.registry import current_locator, forget_locator
from incidents.models import Camera, Category, CctvEvent, Complaint, Incident, Member, Notice, Reporter, Rule
from incidents.routing import route
from tests.second_factor import sign_in

PASURUAN = Path(__file__).resolve().parent.parent.parent / "fixtures" / "pasuruan"
TABLES = (City, Edition, Area, Agency, ServiceArea, Category, Camera, Rule)


def counts() -> dict[str, int]:
    return {table.__name__: table._default_manager.count() for table in TABLES}


def replace_line(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo city that a test may spoil."""
    return Path(shutil.copytree(PASURUAN, tmp_path / "kota"))


def load(folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("load_city", str(folder), *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_demo_city_loads_whole_and_a_second_time_changes_nothing() -> None:
    load(PASURUAN)
    first = counts()

    assert first["City"] == 1
    assert Area.objects.filter(level="kelurahan_desa").count() == 34
    assert load(PASURUAN) == ""
    assert counts() == first


@pytest.mark.django_db
def test_everywhere_every_topic_of_the_demo_city_has_a_lead() -> None:
    load(PASURUAN)
    forget_locator()
    locator = current_locator()

    for category in Category.objects.filter(active=True, children=None).select_related("lead", "parent"):
        for village in locator.villages:
            routed = route(category, locator.locate_code(village.place.code))
            assert [r.role for r in routed][:1] == ["lead"], (category.code, village.place)


@pytest.mark.django_db
def test_topics_that_cannot_wait_are_the_citys_to_name(folder: Path) -> None:
    load(folder)
    assert set(Category.objects.filter(emergency=True).values_list("code", flat=True)) == {
        "kebakaran", "angin-kencang", "kekerasan",
    }  # fmt: skip
    table = folder / "categories.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join(line.rsplit(",", 1)[0] for line in lines), encoding="utf-8")

    load(folder)
    assert not Category.objects.filter(emergency=True).exists()


@pytest.mark.django_db
def test_once_leaves_alone_what_people_changed_since() -> None:
    load(PASURUAN)
    Agency.objects.filter(code="dlh").update(email="baru@kota.example")

    load(PASURUAN, "--once")

    assert Agency.objects.get(code="dlh").email == "baru@kota.example"


@pytest.mark.django_db
def test_a_dry_run_tells_and_loads_nothing() -> None:
    assert "agencies.csv" in load(PASURUAN, "--dry-run")
    assert not any(counts().values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("categories.csv", ",open,", ",terbuka,", "tier"),
        ("categories.csv", "banjir,drainase,", "banjir,tidak-ada,", "tidak-ada"),
        ("categories.csv", ",dlh,bpbd dinkes dinsos", ",dlh,bpbd hantu", "hantu"),
        ("cameras.csv", "112.889729", "115.889729", "cameras.csv"),
        ("camera_rules.csv", ",sampah,sampah-menumpuk,3", ",wajah,sampah-menumpuk,3", "class"),
        ("camera_rules.csv", ",sampah,sampah-menumpuk,3", ",sampah,kebersihan,3", "kebersihan"),
        ("city.toml", 'zone = "Asia/Jakarta"', 'zone = "Asia/Pasuruan"', "zone"),
    ],
)
def test_one_wrong_row_refuses_the_whole_city(folder: Path, file: str, old: str, new: str, told: str) -> None:
    replace_line(folder / file, old, new)

    with pytest.raises(CommandError, match=told):
        load(folder)

    assert not any(counts().values())


@pytest.mark.django_db
def test_another_city_is_refused(folder: Path) -> None:
    load(PASURUAN)
    replace_line(folder / "city.toml", 'code = "35.75"', 'code = "35.78"')

    with pytest.raises(CommandError, match="Kota Pasuruan"):
        load(folder)


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Path:
    """The demo city with a small story; gives the file with the sign-ins."""
    settings.DEMO, settings.VAR = True, tmp_path
    load(PASURUAN)
    forget_locator()
    call_command("load_demo", str(PASURUAN), complaints=40, events=300, days=20, stdout=StringIO())
    return tmp_path / "demo.json"


@pytest.mark.django_db
def test_the_demo_is_marked_troubles_nobody_and_is_told_once(demo: Path) -> None:
    assert Complaint.objects.count() == 40
    assert CctvEvent.objects.count() == 300
    assert not Incident.objects.filter(demo=False).exists()
    assert not Notice.objects.exists()
    assert Incident.objects.filter(status="selesai").exists()
    people = Reporter.objects.filter(verified_at__isnull=False)
    assert 15 < people.count() < 40
    assert all(one.email.endswith(".example") for one in people)
    assert len({one.email for one in people}) > 10

    call_command("load_demo", str(PASURUAN), complaints=40, events=300, stdout=StringIO())

    assert Complaint.objects.count() == 40


@pytest.mark.django_db
def test_demo_sign_ins_work_and_only_their_owner_can_read_them(demo: Path) -> None:
    told = json.loads(demo.read_text())
    head = next(one for one in told["sign_ins"] if one["role"] == "kepala")

    user = User.objects.get(email=head["email"])
    assert user.check_password(head["password"])
    assert Member.objects.get(user=user).agency == Agency.objects.get(code=head["agency"])
    assert {one["role"]: bool(one["totp_secret"]) for one in told["sign_ins"]} == {
        "petugas": False, "kepala": True, "operator": True, "pimpinan": True, "walidata": True, "auditor": True,
        "admin": True,
    }  # fmt: skip
    desk = sign_in(user, head["password"], head["totp_secret"])
    assert desk.get("/meja").status_code == 200
    assert set(told["tokens"]) == {"agency", "source", "user"}
    assert demo.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_without_the_demo_switch_there_are_no_demo_sign_ins(settings: Any) -> None:
    settings.DEMO = False
    load(PASURUAN)

    with pytest.raises(CommandError, match="DEMO"):
        call_command("load_demo", str(PASURUAN))
    assert not User.objects.exists()
