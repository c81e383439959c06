"""Administration of time: the city's days off and the limits of each step."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from geo.admin import Admin, Form
from incidents.deadlines import forget_deadlines
from incidents.models import DayOff, Limit


class DayOffAdmin(Admin):
    """Days on top of the national calendar."""

    list_display = ("date", "name", "working")
    list_filter = ("working",)
    date_hierarchy = "date"
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Any, form: Form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_deadlines()


class LimitAdmin(Admin):
    """Limits hold for what comes in from now on; a promise that was made stays as it was made."""

    list_display = ("step", "klass", "days")
    list_editable = ("days",)
    list_display_links = ("step",)
    actions = None  # deleting is for single rows, where one sees what they are

    def save_model(self, request: HttpRequest, obj: Any, form: Form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_deadlines()

    def get_readonly_fields(self, request: HttpRequest, obj: Limit | None = None) -> tuple[str, ...]:
        """What a limit is for does not change; another class gets a row of its own."""
        return ("step", "klass") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Limit | None = None) -> bool:
        """The limit of all classes stays: something has to hold."""
        return (obj is None or bool(obj.klass)) and super().has_delete_permission(request, obj)


def register() -> None:
    """Show these tables in the administration."""
    admin.site.register(DayOff, DayOffAdmin)
    admin.site.register(Limit, LimitAdmin)
