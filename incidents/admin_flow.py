"""The tables of the workflow in the administration: drafts are edited here, other versions only read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.forms import CheckboxSelectMultiple, ModelForm, TypedMultipleChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from geo.admin import Admin
from incidents.flow_versions import copy_as_draft
from incidents.models import Status, Transition, Workflow

if TYPE_CHECKING:
    StatusRows = admin.TabularInline[Status, Workflow]
    TransitionRows = admin.TabularInline[Transition, Workflow]
    TransitionForm = ModelForm[Transition]
else:
    StatusRows = TransitionRows = admin.TabularInline
    TransitionForm = ModelForm


class StepForm(TransitionForm):
    """A step; who may take it is ticked."""

    roles = TypedMultipleChoiceField(
        label=_("who"), choices=Transition.Role.choices, widget=CheckboxSelectMultiple, coerce=str
    )


class OnlyInDrafts:
    """Rows of a version that is or was in force stay as they were: cases were handled by them."""

    def has_add_permission(self, request: HttpRequest, obj: Workflow | None = None) -> bool:
        return obj is not None and obj.state == Workflow.State.DRAFT

    def has_change_permission(self, request: HttpRequest, obj: Workflow | None = None) -> bool:
        return obj is not None and obj.state == Workflow.State.DRAFT

    def has_delete_permission(self, request: HttpRequest, obj: Workflow | None = None) -> bool:
        return obj is not None and obj.state == Workflow.State.DRAFT


class StatusInline(OnlyInDrafts, StatusRows):
    model = Status
    extra = 1


class TransitionInline(OnlyInDrafts, TransitionRows):
    model = Transition
    form = StepForm
    extra = 1


class WorkflowAdmin(Admin):
    """Versions of the workflow. A new one begins as a copy of the one in force; its page puts it in force."""

    list_display = ("version", "state", "note", "made_by", "made_at", "activated_at", "page")
    fields = ("version", "state", "note", "made_by", "activated_at", "page")
    readonly_fields = ("version", "state", "made_by", "activated_at", "page")
    inlines = (StatusInline, TransitionInline)

    @admin.display(description=_("drawn, compared, put in force"))
    def page(self, workflow: Workflow) -> SafeString:
        return format_html(
            '<a href="{}?versi={}">{}</a>', reverse("workflow:index"), workflow.version, _("Open the drawing")
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Adding is copying: nobody types seventy steps anew."""
        if request.method != "POST":
            return HttpResponseRedirect(reverse("workflow:index"))
        assert isinstance(request.user, User)
        draft = copy_as_draft(Workflow.objects.get(state=Workflow.State.ACTIVE), request.user)
        return HttpResponseRedirect(reverse("admin:incidents_workflow_change", args=[draft.pk]))

    def has_delete_permission(self, request: HttpRequest, obj: Workflow | None = None) -> bool:
        return obj is not None and obj.state == Workflow.State.DRAFT


def register() -> None:
    """Show the versions in the administration."""
    admin.site.register(Workflow, WorkflowAdmin)
