"""Addresses below /meja (no trailing slash)."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.desk import (
    actions,
    behalf,
    bulk,
    case,
    corrections,
    duplicates,
    export,
    forwarding,
    inbox,
    kept,
    lists,
    live,
    moves_page,
    paper,
    talk,
)
from incidents.desk.form_key import form_key

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", inbox.inbox, name="inbox"),
    path("/kasus.geojson", inbox.points, name="points"),
    path("/kasus/<int:pk>", case.case, name="case"),
    path("/kasus/<int:pk>/langkah", actions.step, name="step"),
    path("/kasus/<int:pk>/disposisi", actions.give, name="assign"),
    path("/kasus/<int:pk>/teruskan", forwarding.page, name="forward"),
    path("/kasus/<int:pk>/tautan/<str:code>", forwarding.link_again, name="link-again"),
    path("/kasus/<int:pk>/tindakan/<slug:action>", moves_page.take, name="move"),
    path("/kasus/<int:pk>/pesan", talk.write, name="talk"),
    path("/kasus/<int:pk>/gabung", duplicates.put_together, name="merge"),
    path("/kasus/<int:pk>/bukan-sama", duplicates.keep_apart, name="keep-apart"),
    path("/kasus/<int:pk>/pisah", duplicates.split_off, name="split"),
    path("/kasus/<int:pk>/batal-gabung", duplicates.take_back, name="undo-merge"),
    path("/baru", behalf.page, name="behalf"),
    path("/baru/tujuan", behalf.destination, name="behalf-destination"),
    path("/tanda-terima/<int:pk>", behalf.receipt, name="receipt"),
    path("/impor", lists.page, name="lists"),
    path("/impor/keadaan", lists.runs, name="list-runs"),
    path("/impor/<int:pk>/muat", lists.load, name="list-load"),
    path("/impor/<int:pk>/laporan.csv", lists.report, name="list-report"),
    path("/kasus/<int:pk>/perbaikan", corrections.correction, name="correction"),
    path("/kasus/<int:pk>/tempat", corrections.place, name="place"),
    path("/tanpa-tempat", corrections.doubted, name="doubted"),
    path("/foto/<int:pk>", case.photo, name="photo"),
    path("/kasus/<int:pk>/cetak", paper.print_case, name="print-case"),
    path("/cetak", paper.print_list, name="print-list"),
    path("/unduh.<str:kind>", export.export, name="export"),
    path("/massal", bulk.bulk, name="bulk"),
    path("/kabar", live.news, name="news"),
    path("/saringan", kept.keep, name="keep-filter"),
    path("/saringan/<int:pk>", kept.change, name="change-filter"),
    path("/kunci-formulir", form_key, name="form-key"),
]
