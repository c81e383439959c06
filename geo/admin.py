"""Administration of places: who there is, where each answers, which borders are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.map_version import bump_map_version
from geo.models import Agency, Area, Edition, Predecessor, ServiceArea

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
    Form = ModelForm[Any]
else:  # neither takes a model in brackets when the program runs
    Admin, Form = admin.ModelAdmin, ModelForm


class ChangesTheMap(Admin):
    """Rows that the locator has loaded: a change counts the map's version up, so that running servers follow."""

    def save_model(self, request: HttpRequest, obj: Any, form: Form, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            bump_map_version()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            bump_map_version()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            bump_map_version()


@admin.register(Agency)
class AgencyAdmin(ChangesTheMap):
    list_display = ("code", "short_name", "name", "kind", "email", "active")
    list_filter = ("active", "kind")
    search_fields = ("code", "name", "short_name")

    def has_delete_permission(self, request: HttpRequest, obj: Agency | None = None) -> bool:
        """An agency ends by being switched off: its cases keep naming it."""
        return False


class ServiceAreaForm(Form):
    def clean_area_code(self) -> str:
        """A code that is in force; anything else would quietly cover nothing."""
        code = str(self.cleaned_data["area_code"])
        if code and not Area.objects.filter(edition__status=Edition.Status.ACTIVE, code=code).exists():
            raise ValidationError(_("No area of the borders in force has this code."))
        return code


@admin.register(ServiceArea)
class ServiceAreaAdmin(ChangesTheMap):
    """Polygons come from files (load_service_areas); here they are only named as such."""

    form = ServiceAreaForm
    list_display = ("agency", "category", "area_code", "name", "has_polygon", "priority")
    list_filter = ("agency",)
    list_select_related = ("agency",)
    search_fields = ("name", "category", "area_code", "agency__code", "agency__name")
    fields = ("agency", "category", "name", "area_code", "priority", "has_polygon")

    def get_readonly_fields(self, request: HttpRequest, obj: ServiceArea | None = None) -> tuple[str, ...]:
        """A polygon of its own leaves no room for an area's code."""
        return ("has_polygon", "area_code") if obj and obj.geom else ("has_polygon",)

    @admin.display(description=_("own polygon"), boolean=True)
    def has_polygon(self, area: ServiceArea) -> bool:
        return area.geom is not None


@admin.register(Edition)
class EditionAdmin(Admin):
    """Borders are loaded and activated by load_areas, as a whole; here they are read."""

    list_display = ("name", "status", "approximate", "source", "created_at", "activated_at")
    list_filter = ("status",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)


class PredecessorForm(Form):
    def clean(self) -> dict[str, Any] | None:
        """Codes that their editions have; any other would quietly lead nowhere."""
        cleaned = super().clean() or {}
        for edition, code in (("edition", "code"), ("predecessor_edition", "predecessor_code")):
            where, which = cleaned.get(edition), cleaned.get(code)
            if where and which and not where.areas.filter(code=which).exists():
                self.add_error(code, _("This edition has no area of this code."))
        return cleaned


@admin.register(Predecessor)
class PredecessorAdmin(ChangesTheMap):
    """Found from the shapes when an edition is loaded; from then on a person's to correct."""

    form = PredecessorForm
    list_display = ("predecessor_edition", "predecessor_code", "edition", "code", "share")
    list_filter = ("edition", "predecessor_edition")
    list_select_related = ("edition", "predecessor_edition")
    search_fields = ("code", "predecessor_code")
    fields = ("predecessor_edition", "predecessor_code", "edition", "code", "share")
