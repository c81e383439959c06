"""Addresses below /data/kelola/, for the data steward."""

from __future__ import annotations

from django.urls import URLPattern, path

from opendata.desk import builds, datasets, overview, policies, releases

app_name = "steward"
urlpatterns: list[URLPattern] = [
    path("", overview.index, name="overview"),
    path("keadaan", overview.moving, name="moving"),
    path("calon/<int:pk>", builds.page, name="build"),
    path("calon/<int:pk>/keadaan", builds.moving, name="progress"),
    path("calon/<int:pk>/langkah/<slug:name>", builds.step, name="step"),
    path("rilis", releases.index, name="releases"),
    path("rilis/<slug:slug>/<slug:version>/tarik", releases.withdraw_page, name="withdraw"),
    path("dataset", datasets.index, name="datasets"),
    path("dataset/baru", datasets.new, name="new_dataset"),
    path("dataset/<slug:slug>", datasets.edit, name="dataset"),
    path("dataset/<slug:slug>/pakai", datasets.use, name="use_dataset"),
    path("kebijakan", policies.index, name="policy"),
    path("kebijakan/ubah", policies.change, name="change_policy"),
]
