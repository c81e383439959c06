"""Filters that somebody keeps for themselves, under a name and a number key: saved, renamed, moved, deleted."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.errors import Conflict, Invalid, NotFound
from incidents.access import staff
from incidents.desk.filters import Filters
from incidents.desk.worklist import DESK_ROLES
from incidents.models import SavedFilter

MOST = 20
KEYS = 9
NAME_LENGTH = 60


@dataclass(frozen=True)
class Kept:
    """One of them in the rail; `key` is the digit that opens it, 0 for none."""

    pk: int
    name: str
    url: str
    current: bool
    key: int


def kept_filters(user: User, address: str) -> list[Kept]:
    """All of a person's, in their order; `address` is the query of the page that is shown."""
    desk = reverse("desk:inbox")
    return [
        Kept(one.pk, one.name, f"{desk}?{one.query}", one.query == address, place if place <= KEYS else 0)
        for place, one in enumerate(SavedFilter.objects.filter(user=user), 1)
    ]


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the filter of a page under a name: POST /meja/saringan. The same name again takes the new filter."""
    viewer = staff(request, *DESK_ROLES)
    # Read and written again, so that nothing is kept that the desk would not understand.
    query = Filters.read(QueryDict(request.POST.get("query", "")[:2000]), viewer).address
    name = _name(request)
    with transaction.atomic():
        own = SavedFilter.objects.select_for_update().filter(user=viewer.user)
        known = {one.name: one for one in own}
        if name not in known and len(known) >= MOST:
            raise Conflict(_("You have %(n)d saved filters. Please delete one first.") % {"n": MOST})
        position = (
            known[name].position if name in known else max((one.position for one in own), default=0) + 1
        )
        SavedFilter.objects.update_or_create(
            user=viewer.user, name=name, defaults={"query": query, "position": position}
        )
    messages.success(request, _("The filter “%(name)s” is saved.") % {"name": name})
    return HttpResponseRedirect(f"{reverse('desk:inbox')}?{query}")


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, move up or delete one of one's own: POST /meja/saringan/{id} with `do`."""
    viewer = staff(request, *DESK_ROLES)
    with transaction.atomic():
        own = list(SavedFilter.objects.select_for_update().filter(user=viewer.user))
        one = next((found for found in own if found.pk == pk), None)
        if one is None:
            raise NotFound(_("There is no such saved filter."))
        wanted = request.POST.get("do", "")
        if wanted == "hapus":
            one.delete()
            messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": one.name})
        elif wanted == "naik":
            _move_up(own, one)
        elif wanted == "ganti-nama":
            _rename(own, one, _name(request))
        else:
            raise Invalid.at("do", _("Please choose what to do."))
    back = "" if wanted == "hapus" else f"?{one.query}"
    return HttpResponseRedirect(reverse("desk:inbox") + back)


def _name(request: HttpRequest) -> str:
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())
    if not 1 <= len(name) <= NAME_LENGTH:
        raise Invalid.at("name", _("Please give the filter a name of 1 to 60 characters."))
    return name


def _rename(own: list[SavedFilter], one: SavedFilter, name: str) -> None:
    if any(other.name == name for other in own if other.pk != one.pk):
        raise Conflict(_("Another saved filter has this name already."))
    one.name = name
    one.save(update_fields=["name"])


def _move_up(own: list[SavedFilter], one: SavedFilter) -> None:
    order = [found.pk for found in own]
    at = order.index(one.pk)
    order[max(at - 1, 0)], order[at] = order[at], order[max(at - 1, 0)]
    for found in own:
        found.position = order.index(found.pk) + 1
    SavedFilter.objects.bulk_update(own, ["position"])
