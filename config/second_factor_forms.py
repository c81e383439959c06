"""Asking for a code: few wrong ones per account, and none twice, counted for all processes together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter as get_accounts
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.conf import settings
from django.contrib.auth.models import User

from geo.errors import TooMany
from incidents.ratelimit import count_request, forgive_requests, is_first

# An app's code counts for its 30 seconds and one step before and after (MFA_TOTP_TOLERANCE); a recovery code only once.
CODE_LIVES = 120


@contextmanager
def few_tries(user: User) -> Iterator[None]:
    """Counts a try with this account's codes, whoever makes it: only somebody with the password gets this far."""
    name = f"second factor {user.pk}"
    try:
        count_request(name, None, settings.RATE_LIMIT_SIGN_IN)
    except TooMany:
        raise get_accounts().validation_error("too_many_login_attempts") from None
    yield
    forgive_requests(name, None, settings.RATE_LIMIT_SIGN_IN)


def in_digits(code: str) -> str:
    """Apps show codes in groups."""
    return "".join(code.split())


class _Careful:
    """A form that takes a code of `user`."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        self.cleaned_data["code"] = in_digits(self.cleaned_data["code"])
        with few_tries(self.user):
            code: str = super().clean_code()  # type: ignore[misc]  # allauth's form, which this is mixed into
            if not is_first(f"code {self.user.pk} {code}", CODE_LIVES):
                raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCode(_Careful, AuthenticateForm):
    """While signing in."""


class ConfirmCode(_Careful, ReauthenticateForm):
    """Before something that a borrowed session shall not do."""


class FirstCode(_Careful, ActivateTOTPForm):
    """While setting up: shows that the app has the secret."""
