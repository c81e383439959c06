"""The e-mail to an outside agency: its link works, only its hash stays, and nothing of a report is in it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.test import Client

from geo.models import Agency
from incidents.models import Assignment, Category, Entry, Notice, Referral, ReferralLink
from tests.incidents.made import case
from tests.incidents.outside import LINK, WORDS, forwarded, outsider
from tests.worker import jobs, work  # noqa: F401  (a fixture, used by name)

Categories = dict[str, Category]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("jobs")]


def to_pln(mailbox: list[EmailMessage]) -> EmailMessage:
    (mail,) = [one for one in mailbox if one.to == ["pln@contoh.example"]]
    return mail


def test_the_mail_carries_a_link_that_opens_the_case_and_whose_hash_alone_is_kept(
    categories: Categories, operator: User, mailoutbox: list[EmailMessage], warga: Client
) -> None:
    incident = case(description="Kabel menjuntai di depan rumah Bu Siti.")
    forwarded(operator, incident, outsider())
    work()

    mail = to_pln(mailoutbox)
    text = f"{mail.subject}\n{mail.body}"
    found = LINK.search(text)
    assert found
    assert "Kabel menjuntai" not in text
    assert WORDS not in text
    link = ReferralLink.objects.get()
    assert link.sealed == ""
    assert found[1] not in repr(vars(link))
    assert "Kabel menjuntai" in warga.get(f"/luar/{found[1]}").content.decode()


def test_a_mail_about_a_confidential_case_names_neither_topic_nor_place(
    categories: Categories, operator: User, mailoutbox: list[EmailMessage]
) -> None:
    incident = case(confidential=True)
    forwarded(operator, incident, outsider(), confirmed=True)
    work()
    mail = to_pln(mailoutbox)
    assert not re.search("Sampah|Kebonsari", f"{mail.subject}\n{mail.body}")


@pytest.mark.parametrize(("secret", "goes"), [(False, True), (True, False)])
def test_what_routing_gives_to_an_outside_agency_goes_by_a_link_unless_an_operator_has_to_decide(
    categories: Categories,
    agencies: dict[str, Agency],
    mailoutbox: list[EmailMessage],
    secret: bool,
    goes: bool,
) -> None:
    Category.objects.filter(code="sampah").update(lead=outsider())
    incident = case(confidential=secret)
    assert incident.assignments.get().role == Assignment.Role.LEAD
    work()
    assert Referral.objects.exists() is goes
    assert [mail.to for mail in mailoutbox] == ([["pln@contoh.example"]] if goes else [])
    assert not Notice.objects.filter(to="agency").exists()
    entry = incident.entries.get(kind=Entry.Kind.ASSIGNED)
    assert entry.data["agencies"][0]["code"] == "pln"
