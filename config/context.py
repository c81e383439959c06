"""What every page knows: the city, the base map, where one can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from geo.city import current_city
from geo.registry import current_locator
from incidents.access import FIGURES, role_of
from incidents.models import Member


def nav(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries of the menu for this person, the current one marked; what is one's work comes first."""
    places = []
    # A request that was refused before anybody was looked for (a wrong host) still gets its page.
    user = getattr(request, "user", None) or AnonymousUser()
    role = role_of(user)
    if role in {Member.Role.OFFICER, Member.Role.OPERATOR, Member.Role.HEAD}:
        places.append(("/meja", _("Desk"), "inbox"))
    if role in {Member.Role.HEAD, Member.Role.LEADERSHIP, Member.Role.OPERATOR}:
        places.append(("/pimpinan/peta", _("Heatmap"), "flame"))
    if role in FIGURES:
        places.append(("/pimpinan/angka", _("Figures"), "chart-column"))
    if role == Member.Role.AUDITOR:
        places += [
            ("/meja/riwayat", _("Cases"), "history"),
            ("/meja/catatan-akses", _("Log of looks"), "eye"),
        ]
    if role == Member.Role.STEWARD:
        places.append(("/data/kelola/", _("Releases"), "shield-check"))
    places += [
        ("/", _("Map"), "map"),
        ("/lapor", _("Report"), "megaphone"),
        ("/lacak", _("Follow"), "search"),
        ("/data/", _("Data"), "database"),
    ]
    if getattr(user, "is_superuser", False):
        places.append((reverse("admin:index"), _("Administration"), "settings"))
    here = request.path
    around = [url for url, _label, _icon in places if here == url or (url != "/" and here.startswith(url))]
    current = max(around, key=len, default="")
    return [{"url": u, "label": label, "icon": icon, "current": u == current} for u, label, icon in places]


def page(request: HttpRequest) -> dict[str, Any]:
    city = current_city()
    return {
        "city": city,
        "basemap": {"url": settings.BASEMAP_URL, "attribution": settings.BASEMAP_ATTRIBUTION},
        "approximate_borders": current_locator().approximate,
        "nav": nav(request),
        "static_url": settings.STATIC_URL,
    }
