"""Signing in through the city's own identity provider (OpenID Connect): a door for accounts that are there already."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from requests import RequestException

from geo.errors import Forbidden, Unavailable

log = logging.getLogger("kentongan.identity")
# What a provider says when it has asked for more than a password (RFC 8176).
SEVERAL_FACTORS = "mfa"
NOT_KNOWN = _(
    "No active account here has this verified e-mail address. Accounts are made by your administrator."
)
OTHER_PERSON = _("This account belongs to another person at the provider. Please ask your administrator.")
FAILED = _("Signing in through the provider did not work. Please try again, or use your password.")


class CityIdentity(DefaultSocialAccountAdapter):
    """Who comes from the provider is let in as the account with the same verified e-mail address, or not at all."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account; the first time, keep which person at the provider it belongs to. Raises Forbidden."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise Forbidden(FAILED)
        user = account_of(sociallogin.account.extra_data)
        bind(user, sociallogin.account)
        sociallogin.user = user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> NoReturn:
        """Our own page instead of allauth's; what went wrong is logged without what the provider sent."""
        log.warning("sign-in through the provider failed: %s %s", error, type(exception).__name__)
        raise Forbidden(FAILED)


def account_of(told: dict[str, Any]) -> User:
    """The account that the provider vouches for. Raises Forbidden."""
    token, info = told.get("id_token") or {}, told.get("userinfo") or {}
    if token and info and token.get("sub") != info.get("sub"):
        raise Forbidden(FAILED)
    claims = info or token
    email = str(claims.get("email") or "")
    verified = claims.get("email_verified") in (True, "true")
    found = User.objects.filter(email__iexact=email, is_active=True) if email and verified else ()
    users = list(found)
    if len(users) != 1:
        raise Forbidden(NOT_KNOWN)
    return users[0]


def bind(user: User, account: SocialAccount) -> None:
    """An address that is given to somebody else at the provider does not take the account along. Raises Forbidden."""
    kept = SocialAccount.objects.filter(provider=account.provider)
    mine = kept.filter(user=user).first()
    if kept.filter(uid=account.uid).exclude(user=user).exists() or (mine and mine.uid != account.uid):
        raise Forbidden(OTHER_PERSON)
    if mine is None:
        SocialAccount.objects.create(user=user, provider=account.provider, uid=account.uid, extra_data={})
    else:
        SocialAccount.objects.filter(pk=mine.pk).update(extra_data={})  # allauth kept name and address there


class AskForCode(AuthenticateStage):
    """The second step of signing in, spared whom the provider has asked already, where the city trusts it with that."""

    def handle(self) -> tuple[Any, bool]:
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        token = login.account.extra_data.get("id_token") if login else None
        if settings.OIDC_TRUST_MFA and token and SEVERAL_FACTORS in (token.get("amr") or ()):
            record_authentication(self.request, self.login.user, "mfa", type="provider")
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer


@never_cache
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the provider. Raises Unavailable."""
    return _reached(views.login, request, provider_id)


@never_cache
def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from the provider. Raises Unavailable, Forbidden."""
    return _reached(views.callback, request, provider_id)


def _reached(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        answer: HttpResponseBase = view(request, provider_id)
    except (RequestException, KeyError) as error:  # not there, or no OpenID provider
        log.warning("the identity provider does not answer as one: %s", type(error).__name__)
        raise Unavailable(_("The provider cannot be reached now. Please use your password.")) from None
    return answer
