"""What a reporter takes along: the code, where to follow it, until when. On paper, or as a message to send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

import qrcode
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from geo.city import current_city
from incidents.models import Complaint, Reporter

QUIET = 2  # modules around the code


@dataclass(frozen=True)
class Receipt:
    """`whatsapp` opens the operator's own WhatsApp with the text prepared, empty without a phone number.

    Nothing of what was reported is on it beyond the topic, and not even that where the report is confidential: paper
    lies about.
    """

    complaint: Complaint
    url: str
    print_url: str
    whatsapp: str
    emailed: bool
    qr: str
    size: int

    @property
    def topic(self) -> str:
        return "" if self.complaint.confidential else self.complaint.incident.category.name


def receipt_of(request: HttpRequest, complaint: Complaint) -> Receipt:
    url = request.build_absolute_uri(reverse("citizen:follow", args=[complaint.tracking_code]))
    reporter = Reporter.objects.filter(complaint=complaint).first()
    path, size = qr_path(url)
    return Receipt(
        complaint=complaint,
        url=url,
        print_url=reverse("desk:receipt", args=[complaint.pk]),
        whatsapp=whatsapp_link(reporter.phone, complaint.tracking_code, url) if reporter else "",
        emailed=bool(reporter and reporter.email),
        qr=path,
        size=size,
    )


def whatsapp_link(phone: str, code: str, url: str) -> str:
    """wa.me with a text to send; empty for what is no mobile number. `08…` is Indonesia's."""
    digits = re.sub(r"\D", "", phone)
    number = f"62{digits[1:]}" if digits.startswith("0") else digits
    if not 8 <= len(number) <= 15:
        return ""
    city = current_city()
    text = _("Your report to %(city)s has arrived. Code: %(code)s. Follow it at %(url)s") % {
        "city": city.name if city else "", "code": code, "url": url,
    }  # fmt: skip
    return f"https://wa.me/{number}?{urlencode({'text': text})}"


def qr_path(text: str) -> tuple[str, int]:
    """A QR code as the path of an SVG, one unit per module, and how wide it is."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return path, len(rows)
