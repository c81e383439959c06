"""Addresses below /meja (no trailing slash)."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.desk import actions, case, inbox
from incidents.desk.form_key import form_key

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", inbox.inbox, name="inbox"),
    path("/kasus.geojson", inbox.points, name="points"),
    path("/kasus/<int:pk>", case.case, name="case"),
    path("/kasus/<int:pk>/langkah", actions.step, name="step"),
    path("/kasus/<int:pk>/disposisi", actions.give, name="assign"),
    path("/foto/<int:pk>", case.photo, name="photo"),
    path("/kunci-formulir", form_key, name="form-key"),
]
