"""Contacts move to a new key row by row, and it is said when the old key is needed no more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from incidents.filing import Contact
from incidents.models import Category, Reporter
from incidents.resealing import reseal, sealed_columns
from tests.incidents.made import case
from tests.second_factor import SECRET, code

Categories = dict[str, Category]
DONE = "No older key is needed"


@pytest.fixture
def reporters(categories: Categories) -> list[str]:
    for number in range(5):
        case(contact=Contact(f"Orang {number}", f"o{number}@warga.example", f"08123456780{number}"))
    return [f"Orang {number}" for number in range(5)]


def rotate(**options: Any) -> str:
    out = io.StringIO()
    call_command("rotate_field_keys", stdout=out, **options)
    return out.getvalue()


def new_key(settings: Any) -> tuple[str, str]:
    old, new = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new, old]
    return old, new


def test_after_the_rotation_the_old_key_is_not_needed(reporters: list[str], settings: Any) -> None:
    _old, new = new_key(settings)
    assert "incidents_reporter.name: 5 need an older key" in rotate(dry_run=True)

    told = rotate(batch=2)

    assert DONE in told
    assert "incidents_reporter.email: 5 of 5" in told
    settings.FIELD_KEYS = [new]
    assert sorted(one.name for one in Reporter.objects.all()) == reporters
    assert DONE in rotate()


def test_a_dry_run_changes_nothing(reporters: list[str], settings: Any) -> None:
    old, _new = new_key(settings)

    assert DONE not in rotate(dry_run=True)

    settings.FIELD_KEYS = [old]
    assert sorted(one.name for one in Reporter.objects.all()) == reporters


def test_an_interrupted_rotation_goes_on_where_it_was(reporters: list[str], settings: Any) -> None:
    new_key(settings)
    names = next(column for column in sealed_columns() if column.label == "incidents_reporter.name")
    assert next(reseal(names, 2)) == 2  # the process dies here

    told = rotate()

    assert "incidents_reporter.name: 3 of 3" in told
    assert DONE in told


def test_a_lost_key_is_told_and_nothing_is_lost(reporters: list[str], settings: Any) -> None:
    old = settings.FIELD_KEYS[0]
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match="Put it back"):
        rotate()

    settings.FIELD_KEYS = [old]
    assert Reporter.objects.count() == 5
    assert Reporter.objects.order_by("pk")[0].email == "o0@warga.example"


def test_phone_numbers_from_before_become_searchable(reporters: list[str]) -> None:
    Reporter.objects.update(phone_hash="")

    assert "5 hashes written" in rotate()
    assert "0 hashes written" in rotate()


def test_second_factors_move_too(operator: User, settings: Any) -> None:
    TOTP.activate(operator, SECRET)
    RecoveryCodes.activate(operator)
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    _old, new = new_key(settings)
    assert "second factors: 2 need an older key" in rotate(dry_run=True)

    assert DONE in rotate()

    settings.FIELD_KEYS = [new]
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code())
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == spare
