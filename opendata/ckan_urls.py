"""The Action API's addresses, included below /api/3/action/ and /api/action/."""

from __future__ import annotations

from django.urls import path

from opendata import ckan

app_name = "ckan"
urlpatterns = [path("<str:name>", ckan.action, name="action")]
