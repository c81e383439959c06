"""/tiles/…"""

from __future__ import annotations

from django.urls import URLPattern, path

from tiles import views

app_name = "tiles"
urlpatterns: list[URLPattern] = [
    path("<str:layer>.json", views.tile_json, name="tilejson"),
    path("<str:layer>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
]
