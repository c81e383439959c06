"""Forms of the administration that know more than their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geo.admin import Form, ServiceAreaForm
from geo.errors import Invalid
from incidents.models import Camera, Category, Member, Token
from incidents.tokens import known_subject

if TYPE_CHECKING:
    CreationForm = AdminUserCreationForm[User]
    ChangeForm = UserChangeForm[User]
else:
    CreationForm, ChangeForm = AdminUserCreationForm, UserChangeForm


class CameraForm(Form):
    """A camera's place as two numbers: there is no map in the administration, and none is fetched for it."""

    lon = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)

    class Meta:
        model = Camera
        fields = ("code", "name", "lon", "lat", "bearing", "fov", "agency", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(lon=self.instance.location.x, lat=self.instance.location.y)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("lon") is not None and values.get("lat") is not None:
            self.instance.location = Point(values["lon"], values["lat"], srid=4326)
        return values


class ServiceAreaWithTopicForm(ServiceAreaForm):
    """Its category is chosen, not typed. One that is in use no longer is shown as what it is, and not kept."""

    category = forms.ChoiceField(label=_("category"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here, now = self.instance.category, [(c.code, str(c)) for c in Category.objects.filter(active=True)]
        gone = [(here, _("%(code)s (no such category)") % {"code": here})]
        known = not here or here in dict(now)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All categories")), *([] if known else gone), *now]

    def clean_category(self) -> str:
        """A category in use, or empty for all; anything else would quietly never be asked."""
        code = str(self.cleaned_data["category"])
        if code and not Category.objects.filter(active=True, code=code).exists():
            raise ValidationError(_("No category in use has this code."))
        return code


class MemberForm(Form):
    class Meta:
        model = Member
        fields = ("role", "agency")

    def clean(self) -> dict[str, Any]:
        """Officers and heads belong to an agency, the others to the city."""
        values = super().clean() or self.cleaned_data
        at_agency = values.get("role") in Member.AT_AGENCY
        if at_agency and not values.get("agency"):
            self.add_error("agency", _("An officer or a head needs an agency."))
        elif at_agency and values["agency"].is_outside:
            self.add_error(
                "agency", _("An outside agency has no accounts here: it answers by links in e-mails.")
            )
        elif not at_agency and values.get("agency"):
            self.add_error("agency", _("This role works for the whole city: leave the agency empty."))
        return values


def _free_email(email: str, user: User) -> str:
    """The address people sign in with, in small letters. Raises ValidationError when another account has it."""
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise ValidationError(_("Another account signs in with this address."))
    return email


class NewAccountForm(CreationForm):
    email = forms.EmailField(label=_("E-mail"))

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name")

    def clean_email(self) -> str:
        return _free_email(self.cleaned_data["email"], self.instance)


class AccountForm(ChangeForm):
    email = forms.EmailField(label=_("E-mail"))

    def clean_email(self) -> str:
        return _free_email(self.cleaned_data["email"], self.instance)


class TokenForm(Form):
    class Meta:
        model = Token
        fields = ("kind", "subject")

    def clean(self) -> dict[str, Any]:
        """The subject exists; kept in the spelling under which it is looked up."""
        values = super().clean() or self.cleaned_data
        if values.get("kind") and values.get("subject"):
            try:
                values["subject"] = known_subject(Token.Kind(values["kind"]), values["subject"])
            except Invalid as refused:
                self.add_error("subject", str(refused.detail))
        return values
