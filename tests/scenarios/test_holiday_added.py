"""Holiday added: the city declares a day off, running deadlines move a day, and move back when it is taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from incidents.clocks.recount import recount
from incidents.clocks.reminders import remind
from incidents.models import Category, DayOff, Entry, Incident, Notice
from incidents.notify import send_told
from tests.conftest import signed_in
from tests.incidents.test_deadline_clocks import day, filed, moment

K = Entry.Kind


def due(incident: Incident) -> str:
    incident.refresh_from_db()
    return day(incident.due_at)


def ordered() -> int:
    return ProcrastinateJob.objects.filter(task_name="incidents.recount", status="todo").count()


def test_a_holiday_added_later_moves_what_runs_and_a_mistake_is_taken_back(
    categories: dict[str, Category], warga: Client, kepala_dlh: User, tmp_path: Path, mailoutbox: list[Any]
) -> None:
    incident = filed("2026-11-16 09:00")
    code = incident.complaints.get().tracking_code
    Notice.objects.all().delete()
    assert due(incident) == "2026-12-04"

    # The administrator adds two days at once: one pass is ordered.
    admin = signed_in(User.objects.create_superuser("admin", "admin@contoh.example", "x"))
    for date in ("2026-11-30", "2026-12-01"):
        admin.post("/pengelola/incidents/dayoff/add/", {"date": date, "name": "Pilkada"})
    assert ordered() == 1
    run = recount()
    assert run is not None
    assert due(incident) == "2026-12-08"

    # The agency gets one message, the reporter sees it on the page, the desk shows before and after.
    send_told(run.pk)
    assert [mail.to for mail in mailoutbox] == [["dlh@contoh.example"]]
    assert "sebelumnya 4 Desember 2026" in warga.get(f"/lacak/{code}").content.decode()
    assert (
        "4 Desember 2026 → 8 Desember 2026"
        in signed_in(kepala_dlh).get(f"/meja/kasus/{incident.pk}").content.decode()
    )

    # What was due on Friday is not spoken of as late on Monday.
    remind(moment("2026-11-24 09:00"))
    remind(moment("2026-12-07 09:00"))
    assert not incident.entries.filter(kind=K.ESCALATED, data__step="penyelesaian").exists()

    # One of the days was a mistake: the city's file says so, and the deadline is back by a day.
    path = tmp_path / "days_off.csv"
    path.write_text("date,name\n2026-11-30,Pilkada\n", encoding="utf-8")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    call_command("load_days_off", path)
    assert (ordered(), DayOff.objects.count()) == (1, 1)
    recount()
    assert due(incident) == "2026-12-07"
    assert [entry.data["why"] for entry in incident.entries.filter(kind=K.DUE)] == ["calendar", "calendar"]
