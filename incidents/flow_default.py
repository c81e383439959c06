"""The workflow that a city starts with: the steps of SP4N-LAPOR! and of city systems, as rows.

diterima → diverifikasi → didisposisikan → dikerjakan → selesai → ditutup, with the side ways: waiting for the reporter,
with an outside agency, returned, archived, and opened again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# code, name in Bahasa Indonesia, name in English, phase, usual in its phase
STATUSES = (
    ("diterima", "Diterima", "Received", "baru", True),
    ("diverifikasi", "Diverifikasi", "Verified", "baru", False),
    ("didisposisikan", "Didisposisikan", "Sent to the agency", "baru", False),
    ("dikerjakan", "Dikerjakan", "Being worked on", "dikerjakan", True),
    ("dikembalikan", "Menunggu perangkat daerah lain", "Waiting for another agency", "dikembalikan", True),
    ("menunggu", "Menunggu kelengkapan", "Waiting for the reporter", "menunggu", True),
    ("diteruskan", "Diteruskan ke instansi luar", "Forwarded to an outside agency", "luar", True),
    ("selesai", "Selesai", "Resolved", "selesai", True),
    ("ditutup", "Ditutup", "Closed", "ditutup", True),
    ("diarsipkan", "Diarsipkan", "Archived", "diarsipkan", True),
)

NEW = ("diterima", "diverifikasi", "didisposisikan")
OPEN = (*NEW, "dikerjakan", "dikembalikan", "menunggu", "diteruskan")
EVERY = (*OPEN, "selesai", "ditutup", "diarsipkan")
SAME = "="  # the status stays
AGENCY = ("petugas", "kepala")

# step, from, to ("" = what the agencies have done decides), who, needs (w: words, p: photo, a: agency)
CASE_STEPS = (
    ("verified", ("diterima",), "diverifikasi", ("operator",), ""),
    ("assigned", (*NEW, "dikembalikan", "diteruskan"), "didisposisikan", ("operator",), "a"),
    ("assigned", ("dikerjakan", "menunggu"), SAME, ("operator",), "a"),
    ("invited", (*NEW, "dikerjakan", "menunggu"), SAME, AGENCY, "wa"),
    ("released", OPEN, "", ("operator", *AGENCY), "wa"),
    ("asked", (*NEW, "dikerjakan", "dikembalikan"), "menunggu", ("operator", *AGENCY), "w"),
    ("supplied", ("menunggu",), "", ("pelapor", "operator"), "w"),
    ("message", EVERY, SAME, ("pelapor", "operator", *AGENCY), "w"),
    ("forwarded", (*NEW, "dikembalikan", "diteruskan"), "diteruskan", ("operator",), "w"),
    ("forwarded", ("dikerjakan", "menunggu"), SAME, ("operator",), "w"),
    ("outside", EVERY, SAME, ("luar", "operator"), "w"),
    ("resolved", OPEN, "", ("luar",), "w"),
    ("returned", OPEN, "", ("luar",), "w"),
    ("archived", (*OPEN, "selesai"), "diarsipkan", ("operator", "sistem"), "w"),
    ("confirmed", ("selesai",), "ditutup", ("pelapor",), ""),
    ("objected", ("selesai",), "dikerjakan", ("pelapor",), "w"),
    ("reopened", ("selesai", "ditutup", "diarsipkan"), "dikerjakan", ("operator",), "w"),
    ("closed", ("selesai",), "ditutup", ("sistem", "operator"), ""),
    ("rated", ("selesai", "ditutup"), SAME, ("pelapor",), ""),
    ("corrected", OPEN, SAME, ("operator", *AGENCY), "w"),
)
ASSIGNMENT_STEPS = (
    ("accepted", ("sent",), "accepted", AGENCY, ""),
    ("started", ("sent", "accepted"), "in_progress", AGENCY, ""),
    ("answered", ("sent",), "accepted", AGENCY, "w"),
    ("answered", ("accepted", "in_progress", "done"), SAME, AGENCY, "w"),
    ("resolved", ("sent", "accepted", "in_progress"), "done", AGENCY, "wp"),
    ("returned", ("sent", "accepted", "in_progress"), "returned", AGENCY, "w"),
)


def default_statuses() -> Iterator[dict[str, Any]]:
    """The rows of `Status`, without their workflow."""
    for position, (code, name_id, name_en, phase, usual) in enumerate(STATUSES):
        yield {"code": code, "name_id": name_id, "name_en": name_en, "phase": phase, "usual": usual,
               "position": position}  # fmt: skip


def default_transitions() -> Iterator[dict[str, Any]]:
    """The rows of `Transition`, without their workflow: one for each status that a step starts from."""
    for level, steps in (("incident", CASE_STEPS), ("assignment", ASSIGNMENT_STEPS)):
        for action, sources, target, roles, needs in steps:
            for source in sources:
                yield {
                    "level": level, "action": action, "source": source,
                    "target": source if target == SAME else target, "roles": list(roles),
                    "needs_reason": "w" in needs, "needs_photo": "p" in needs, "needs_target": "a" in needs,
                }  # fmt: skip
