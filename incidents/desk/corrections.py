"""Putting a case right from its page, and choosing the kelurahan for those that new borders left without one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from geo.errors import DomainError, Invalid
from geo.registry import current_locator
from incidents.access import Viewer, incident_for, staff
from incidents.corrections import Wanted, Where, correct, may_correct
from incidents.desk.corrected import corrected_words
from incidents.desk.doubted import doubted_cases
from incidents.desk.worklist import DESK_ROLES
from incidents.models import Category, Entry, Incident, Member

DIGITS = 6  # of a coordinate as the form shows it: 10 cm


@never_cache
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """The form at /meja/kasus/{id}/perbaikan, and what is sent with it. What was typed is never lost."""
    viewer = staff(request, *DESK_ROLES)
    incident = incident_for(viewer, pk)
    if request.method != "POST":
        return render(request, "desk/correction.html", _context(viewer, incident))
    try:
        entry = correct(_read(request, viewer, incident))
    except DomainError as refusal:
        context = _context(viewer, incident) | {"refusal": refusal, "typed": request.POST}
        return render(request, "desk/correction.html", context, status=refusal.status)
    messages.success(request, _done_words(entry))
    return redirect("desk:case", pk) if _still_theirs(viewer, pk) else redirect("desk:inbox")


def _still_theirs(viewer: Viewer, pk: int) -> bool:
    try:
        incident_for(viewer, pk)
    except DomainError:
        return False
    return True


def _context(viewer: Viewer, incident: Incident) -> dict[str, Any]:
    corrected = corrected_words(incident)
    newest = incident.entries.order_by("-pk").values_list("pk", flat=True).first()
    point = incident.location
    return {
        "viewer": viewer,
        "case": incident,
        "may_correct": may_correct(viewer, incident),
        "seen": newest or 0,
        "lon": f"{point.x:.{DIGITS}f}" if point else "",
        "lat": f"{point.y:.{DIGITS}f}" if point else "",
        "villages": sorted(current_locator().villages, key=lambda village: village.place.name),
        "categories": _categories(incident),
        "words": corrected.words,
        "address": corrected.address,
    }


def _categories(incident: Incident) -> list[Category]:
    """The topics that a case can have, by their group; its own too, where that is in use no more."""
    leaves = Category.objects.filter(active=True, parent__isnull=False).select_related("parent")
    found = list(leaves.order_by("parent__position", "parent__code", "position", "code"))
    return found if incident.category in found else [incident.category, *found]


def _read(request: HttpRequest, viewer: Viewer, incident: Incident) -> Wanted:
    """What the form says, as far as it differs from what is there."""
    said = {
        name: value.replace("\x00", "").strip()
        for name, value in request.POST.items()
        if isinstance(value, str)
    }
    context = _context(viewer, incident)
    category = said.get("category", "")
    return Wanted(
        incident=incident,
        by=viewer,
        reason=said.get("text", ""),
        where=_where(said, context, incident),
        category=category if category and category != incident.category.code else None,
        words=_changed(said, "words", context),
        address=_changed(said, "address", context),
        seen=_number(said.get("seen", "")),
    )


def _changed(said: dict[str, str], name: str, context: dict[str, Any]) -> str | None:
    """A text that is another than the one that was shown; line ends are the browser's."""
    value = said.get(name, "").replace("\r\n", "\n")
    return value if value != context[name].replace("\r\n", "\n") else None


def _where(said: dict[str, str], context: dict[str, Any], incident: Incident) -> Where | None:
    lon, lat, kelurahan = said.get("lon", ""), said.get("lat", ""), said.get("kelurahan", "")
    if (lon, lat) == (context["lon"], context["lat"]) and kelurahan in {"", incident.kelurahan_code}:
        return None if lon or not kelurahan or _in_force(incident) else Where(kelurahan=kelurahan)
    if not lon and not lat:
        return Where(kelurahan=kelurahan)
    return Where(_degrees("lon", lon), _degrees("lat", lat), kelurahan)


def _in_force(incident: Incident) -> bool:
    return incident.edition.name == current_locator().edition


def _degrees(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Invalid.at(name, _("Please write a number, such as 112.905500.")) from None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _done_words(entry: Entry) -> str:
    words = {"n": entry.incident_id}
    if entry.data.get("doubt"):
        return _("Case #%(n)s is put right. The agency that has it keeps it: please look who should.") % words
    if entry.data.get("got"):
        return _("Case #%(n)s is put right and has gone to the agency in charge there.") % words
    return _("Case #%(n)s is put right. Everybody who has it was told.") % words


@never_cache
@require_safe
def doubted(request: HttpRequest) -> HttpResponse:
    """/meja/tanpa-tempat: cases that the borders in force leave without a place or an agency."""
    staff(request, Member.Role.OPERATOR)
    return render(request, "desk/doubted.html", _doubted())


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """An operator says in which kelurahan such a case lies."""
    viewer = staff(request, Member.Role.OPERATOR)
    incident = incident_for(viewer, pk)
    reason = _("The kelurahan was chosen after the borders had changed.")
    where = Where(kelurahan=request.POST.get("kelurahan", "").replace("\x00", ""))
    try:
        correct(Wanted(incident, viewer, reason, where, seen=_number(request.POST.get("seen", ""))))
    except DomainError as refusal:
        context = _doubted() | {"refusal": refusal, "refused": pk}
        return render(request, "desk/doubted.html", context, status=refusal.status)
    messages.success(request, _("Case #%(n)s has its place.") % {"n": pk})
    return redirect("desk:doubted")


def _doubted() -> dict[str, Any]:
    villages = sorted(current_locator().villages, key=lambda village: village.place.name)
    return {"cases": doubted_cases(), "villages": villages}
