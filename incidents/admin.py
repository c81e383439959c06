"""Administration of what a city decides: topics, cameras and their rules, who works here, and tokens of programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from geo.admin import Admin, Form, ServiceAreaAdmin
from geo.models import ServiceArea
from incidents import admin_deadlines, admin_flow
from incidents.admin_forms import (
    AccountForm,
    CameraForm,
    MemberForm,
    NewAccountForm,
    ServiceAreaWithTopicForm,
    TokenForm,
)
from incidents.models import Camera, Category, LegalHold, Member, Retention, Rule, Token
from incidents.sessions import end_sessions
from incidents.tokens import give_text, revoke

if TYPE_CHECKING:
    Inline = admin.StackedInline[Member, User]
    Accounts = UserAdmin[User]
else:
    Inline, Accounts = admin.StackedInline, UserAdmin

admin.site.unregister([User, Group, ServiceArea])
admin_deadlines.register()
admin_flow.register()
RIGHTS = {"is_active", "is_superuser"}


@admin.register(ServiceArea)
class ServiceAreaWithTopicAdmin(ServiceAreaAdmin):
    """As geo has it, with the categories that geo does not know."""

    form = ServiceAreaWithTopicForm


@admin.register(Category)
class CategoryAdmin(Admin):
    list_display = ("code", "name_id", "parent", "tier", "emergency", "sla_days", "lead", "active")
    list_filter = ("active", "tier", "parent")
    list_select_related = ("parent", "lead")
    search_fields = ("code", "name_id", "name_en")
    autocomplete_fields = ("lead", "support")

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        """A topic ends by being switched off: its cases and releases keep naming it."""
        return False


@admin.register(Camera)
class CameraAdmin(Admin):
    form = CameraForm
    list_display = ("code", "name", "agency", "active")
    list_filter = ("active", "agency")
    list_select_related = ("agency",)
    search_fields = ("code", "name")

    def has_delete_permission(self, request: HttpRequest, obj: Camera | None = None) -> bool:
        """A camera ends by being switched off: its events keep naming it."""
        return False


@admin.register(Rule)
class RuleAdmin(Admin):
    list_display = ("klass", "camera", "category", "min_count", "window_minutes", "min_confidence", "active")
    list_filter = ("active", "klass")
    list_select_related = ("camera", "category")
    autocomplete_fields = ("camera", "category")


@admin.register(Retention)
class RetentionAdmin(Admin):
    """How long what is kept; the job that forgets reads it each night."""

    list_display = ("what", "days")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Retention | None = None) -> bool:
        return False


@admin.register(LegalHold)
class LegalHoldAdmin(Admin):
    """Cases of which nothing is erased for the time being."""

    list_display = ("incident", "reason", "by", "at")
    fields = ("incident", "reason")
    raw_id_fields = ("incident",)

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:
        """Who holds it, and since when, is not typed."""
        if isinstance(request.user, User):
            obj.by, obj.at = request.user, timezone.now()
        super().save_model(request, obj, form, change)


class MemberInline(Inline):
    model = Member
    form = MemberForm
    can_delete = True
    max_num = 1


@admin.register(User)
class AccountAdmin(Accounts):
    """Who works here. One signs in with the e-mail address; the role decides what one sees."""

    form, add_form = AccountForm, NewAccountForm
    inlines = (MemberInline,)
    list_display = ("email", "get_full_name", "role", "agency", "is_active", "last_login")
    list_filter = ("is_active", "member__role", "member__agency")
    list_select_related = ("member__agency",)
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    filter_horizontal = ()
    actions = ("sign_out", "reset_second_factor", "untie")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name")}),
        (_("Access"), {"fields": ("is_active", "is_superuser", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "usable_password", "password1", "password2")}),
    )

    @admin.display(description=_("role"))
    def role(self, user: User) -> str:
        member = getattr(user, "member", None)
        return str(member.get_role_display()) if member else ""

    @admin.display(description=_("agency"))
    def agency(self, user: User) -> str:
        member = getattr(user, "member", None)
        return str(member.agency or "") if member else ""

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """The user name is nothing of its own: people know their e-mail address."""
        obj.username = obj.email
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Another role, other rights or a closed account: signed out everywhere, and in again as what one is now."""
        super().save_related(request, form, formsets, change)
        if RIGHTS & set(form.changed_data) or any(formset.has_changed() for formset in formsets):
            end_sessions(form.instance)

    @admin.action(description=_("Sign out everywhere"))
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            end_sessions(user)
            self.log_change(request, user, gettext("Signed out of every browser."))
        self.message_user(request, _("The chosen accounts are signed out everywhere."), messages.SUCCESS)

    @admin.action(description=_("Untie from the identity provider"))
    def untie(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For an address that has passed to somebody else, or a person whom the provider knows anew."""
        for user in queryset:
            SocialAccount.objects.filter(user=user).delete()
            self.log_change(request, user, gettext("Untied from the identity provider."))
        self.message_user(
            request, _("The next sign-in through the provider ties the account anew."), messages.SUCCESS
        )

    @admin.action(description=_("Reset two-step verification"))
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For who has lost the phone: the next sign-in sets it up anew."""
        for user in queryset:
            Authenticator.objects.filter(user=user).delete()
            end_sessions(user)
            self.log_change(request, user, gettext("Two-step verification was reset."))
        self.message_user(
            request,
            _("Two-step verification is reset: at the next sign-in it is set up anew."),
            messages.SUCCESS,
        )

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account ends by being switched off: the timeline keeps naming who did what."""
        return False


@admin.register(Token)
class TokenAdmin(Admin):
    """Tokens are made, listed and revoked. What is kept is a hash, and not even that is shown."""

    form = TokenForm
    list_display = ("kind", "subject", "scopes", "created_at", "last_used_at", "revoked_at")
    list_filter = ("kind", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("subject",)
    ordering = ("-created_at",)
    actions = ("revoke_tokens",)

    def save_model(self, request: HttpRequest, obj: Token, form: Form, change: bool) -> None:
        obj.text = give_text(obj)  # type: ignore[attr-defined]  # for response_add, in this request only

    def response_add(
        self, request: HttpRequest, obj: Token, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The token's text, this once and kept nowhere, not even in a cookie of messages."""
        context = self.admin_site.each_context(request) | {
            "title": _("The new token"),
            "opts": self.model._meta,
            "token": obj,
            "text": obj.text,  # type: ignore[attr-defined]
        }
        response = TemplateResponse(request, "admin/issued_token.html", context)
        response["Cache-Control"] = "private, no-store"
        return response

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke_tokens(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        ended = revoke(queryset)
        told = ngettext("%(n)d token revoked.", "%(n)d tokens revoked.", ended) % {"n": ended}
        self.message_user(request, told, messages.SUCCESS)

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        """The list needs it for its action; a single token is only looked at."""
        return obj is None and super().has_change_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return obj is None and super().has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False
