"""Addresses below /data/kelola/, for the data steward."""

from __future__ import annotations

from django.urls import URLPattern, path

from opendata.desk import datasets, policies

app_name = "steward"
urlpatterns: list[URLPattern] = [
    path("dataset", datasets.index, name="datasets"),
    path("dataset/baru", datasets.new, name="new_dataset"),
    path("dataset/<slug:slug>", datasets.edit, name="dataset"),
    path("dataset/<slug:slug>/pakai", datasets.use, name="use_dataset"),
    path("kebijakan", policies.index, name="policy"),
    path("kebijakan/ubah", policies.change, name="change_policy"),
]
