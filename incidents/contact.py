"""Whether an e-mail address is the one of who gave it: only who reads its mail has the link."""

from __future__ import annotations

import hashlib

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import NotFound
from incidents.models import Complaint, Follower, Notice, Reporter

SALT = "contact"
LASTS_SECONDS = 30 * 86400


def _said(code: str, email: str) -> str:
    return f"{code}|{hashlib.sha256(email.casefold().encode()).hexdigest()}"


def proof_for(code: str, email: str) -> str:
    """What the link in a mail to this address carries; it names the address no more than by its hash."""
    return signing.dumps(_said(code, email), salt=SALT, compress=True)


def proof_path(notice: Notice) -> str:
    """The link that verifies the address of a notice's recipient; empty where there is nothing (left) to verify."""
    holder = _holder(notice.complaint or notice.follower)
    code = notice.complaint.tracking_code if notice.complaint else notice.follower and notice.follower.code
    if holder is None or not code or not holder.email or holder.verified_at:
        return ""
    return reverse("citizen:verify", args=[code, proof_for(code, holder.email)])


def _holder(owner: Complaint | Follower | None) -> Reporter | Follower | None:
    return getattr(owner, "reporter", None) if isinstance(owner, Complaint) else owner


def check_proof(owner: Complaint | Follower, proof: str) -> Reporter | Follower:
    """Whose address the link verifies. Raises NotFound for a link that is too old, or of another address."""
    holder = _holder(owner)
    code = owner.tracking_code if isinstance(owner, Complaint) else owner.code
    try:
        said = signing.loads(proof, salt=SALT, max_age=LASTS_SECONDS)
    except signing.BadSignature:
        said = None
    if holder is None or not holder.email or said != _said(code, holder.email):
        raise NotFound(_("This link is no longer valid. Please use the newest message that we sent you."))
    return holder


def verify(holder: Reporter | Follower) -> None:
    """The address belongs to who gave it; the first time counts."""
    if holder.verified_at is None:
        holder.verified_at = timezone.now()
        holder.save(update_fields=["verified_at"])
