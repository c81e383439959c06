"""Administration of time: the city's days off and the limits of each step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.admin import Admin, Form
from incidents.clocks.jobs import order_recount
from incidents.deadlines import forget_deadlines
from incidents.models import DayOff, Limit, ReminderRule


class ReminderRuleForm(Form):
    """Recipients are ticked."""

    to = forms.TypedMultipleChoiceField(
        label=_("to"), choices=ReminderRule.Who, widget=forms.CheckboxSelectMultiple
    )


class DayOffAdmin(Admin):
    """Days on top of the national calendar."""

    list_display = ("date", "name", "working")
    list_filter = ("working",)
    date_hierarchy = "date"
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Any, form: Form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._follow()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self._follow()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        self._follow()

    def _follow(self) -> None:
        """Running deadlines move with the calendar, a moment later."""
        forget_deadlines()
        order_recount()


class ReminderRuleAdmin(Admin):
    """Who hears of a deadline, and when."""

    list_display = ("step", "when", "days", "to", "klass", "category", "active")
    list_filter = ("step", "when", "active")
    list_select_related = ("category",)
    form = ReminderRuleForm
    autocomplete_fields = ("category",)


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
    admin.site.register(ReminderRule, ReminderRuleAdmin)
