"""From a handle to a follower: somebody who watches a problem without having reported it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Invalid, NotFound
from incidents.audience import may_be_followed
from incidents.filing import EMAIL
from incidents.fusion.offers import digest_of
from incidents.models import Follower, Handle, Incident
from incidents.timeline import ask_to_confirm
from incidents.tracking import new_tracking_code
from incidents.validate import is_text


def follow(handle: str, email: str = "") -> Follower:
    """Follow the incident of a handle, which is used up by it. Raises Invalid (e-mail), NotFound, Conflict (used)."""
    email = email.strip()
    _check_email(email)
    now = timezone.now()
    with transaction.atomic():
        found = (
            Handle.objects.select_for_update().filter(digest=digest_of(handle), expires_at__gt=now).first()
        )
        if found is None:
            raise NotFound(_("This offer is no longer open. Please look at the open problems again."))
        if found.used_at is not None:
            raise Conflict(_("This offer was used already. Please look at the open problems again."))
        incident = _standing(found)
        found.used_at = now
        found.save(update_fields=["used_at"])
        follower = Follower.objects.create(
            incident=incident, code=new_tracking_code(), email=email, created_at=now
        )
        if email:
            ask_to_confirm(follower)
        return follower


def _standing(handle: Handle) -> Incident:
    """The incident in which the offered problem goes on. Raises NotFound when it is no longer for everybody."""
    incident = Incident.every.select_related("category").get(pk=handle.incident_id)
    while incident.merged_into_id:
        incident = Incident.every.select_related("category").get(pk=incident.merged_into_id)
    if not may_be_followed(incident):
        raise NotFound(_("This offer is no longer open. Please look at the open problems again."))
    return incident


def _check_email(email: str) -> None:
    if not email:
        return
    if len(email) > EMAIL or not is_text(email):
        raise Invalid.at("email", _("This is no e-mail address."))
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid.at("email", _("This is no e-mail address.")) from None
