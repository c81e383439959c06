"""The datasets that every city begins with, told in both languages. The steward may change the words afterwards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Default:
    """A dataset before the steward has touched it. The notes' second paragraph says how to read its rows."""

    slug: str
    recipe: str
    title_id: str
    title_en: str
    notes_id: str
    notes_en: str
    tags: tuple[str, ...]


INCIDENTS = Default(
    slug="kejadian-ruang-publik",
    recipe="incidents",
    title_id="Kejadian di ruang publik",
    title_en="Problems of public space",
    notes_id=(
        "Setiap masalah ruang publik (jalan, drainase, sampah, penerangan, pohon, dan lainnya) yang dilaporkan warga "
        "atau terlihat kamera, di mana dan pada minggu apa, dan bagaimana akhirnya."
        "\n\nSatu baris per kejadian, bukan per laporan. Tempatnya adalah petak berisi cukup banyak rumah tangga "
        "menurut kebijakan rilis, waktunya minggu. Nomor baris acak dan hanya berlaku di rilis itu. Kejadian dengan "
        "laporan rahasia tidak ada di dalamnya. Dataset ini meneruskan laporan-warga-per-kelurahan."
    ),
    notes_en=(
        "Each problem of public space (road, drain, rubbish, light, tree and more) that citizens reported or cameras "
        "saw: where, in which week, and how it ended."
        "\n\nOne row per problem, not per report. Its place is a cell of as many households as the release’s policy "
        "asks, its time a week. Row ids are random and of that release only. A problem with a "
        "confidential report is not in it. This dataset goes on from laporan-warga-per-kelurahan."
    ),
    tags=("ruang-publik", "pengaduan", "kejadian", "bulanan"),
)

COUNTS = Default(
    slug="laporan-layanan",
    recipe="counts",
    title_id="Jumlah laporan tentang layanan",
    title_en="Numbers of reports about services",
    notes_id=(
        "Berapa banyak laporan tentang layanan (kesehatan, sosial, perizinan, pungutan, dan lainnya), menurut kategori "
        "dan tempat."
        "\n\nHanya jumlah, dan hanya bila cukup banyak pelapor berbeda, menurut kebijakan rilis, berada di baliknya. "
        "Setiap kategori dihitung pada tingkat yang ditetapkan lebih dahulu: kelurahan, kecamatan, atau kota; bulan "
        "atau triwulan. Yang terlalu kecil masuk ke baris sisa atau tidak terbit. "
        "Baris yang tidak ada bukan berarti nol."
    ),
    notes_en=(
        "How many reports there were about services (health, social aid, permits, levies and more), by category and "
        "place."
        "\n\nNumbers only, and only where as many different reporters stand behind them as the release’s policy asks. "
        "Each category is counted at a level that was fixed beforehand: kelurahan, kecamatan or city; month or "
        "quarter. What is too small goes into a remainder or is not published. A missing row does not mean zero."
    ),
    tags=("layanan", "pengaduan", "jumlah", "bulanan"),
)

CAMERAS = Default(
    slug="kejadian-kamera",
    recipe="cameras",
    title_id="Kejadian yang terlihat kamera",
    title_en="Events that cameras saw",
    notes_id=(
        "Berapa kali kamera kota melihat sampah, genangan, kemacetan, dan lainnya, per petak, minggu, dan jenis."
        "\n\nHanya jumlah, mulai dari banyaknya kejadian yang ditetapkan kebijakan rilis. Tidak ada gambar, kamera, "
        "atau waktu yang lebih tepat daripada minggu. Baris yang tidak ada bukan berarti nol."
    ),
    notes_en=(
        "How often the city’s cameras saw rubbish, standing water, congestion and more, by cell, week and class."
        "\n\nNumbers only, from as many events on as the release’s policy asks. No picture, no camera, no time more "
        "exact than a week. A missing row does not mean zero."
    ),
    tags=("cctv", "kamera", "jumlah", "bulanan"),
)

PERFORMANCE = Default(
    slug="kinerja-opd",
    recipe="performance",
    title_id="Kinerja layanan per perangkat daerah",
    title_en="Service of each agency",
    notes_id=(
        "Seberapa cepat setiap perangkat daerah menjawab dan menyelesaikan laporan dalam satu triwulan, berapa yang "
        "terlambat, dan berapa yang dibuka kembali."
        "\n\nSatu baris per perangkat daerah, triwulan, dan jenis topik. Angkanya dibulatkan dan banyaknya kasus "
        "berupa rentang; topik yang hanya dihitung ikut bila cukup banyak pelapor berbeda."
    ),
    notes_en=(
        "How quickly each agency answered and solved reports in a quarter, how many were late, and how many were "
        "opened again."
        "\n\nOne row per agency, quarter and tier of topics. Figures are rounded and the number of cases is a band; "
        "topics that are only counted are in them where there were enough different reporters."
    ),
    tags=("kinerja", "opd", "triwulanan"),
)

CATCHMENTS = Default(
    slug="petak",
    recipe="catchments",
    title_id="Petak rumah tangga",
    title_en="Cells of households",
    notes_id=(
        "Petak yang dipakai rilis lain sebagai tempat terkecil: setiap kelurahan dibagi menjadi petak berisi cukup "
        "banyak rumah tangga menurut kebijakan rilis, dihitung dari rumah yang nyata."
        "\n\nSatu baris per petak. Versi baru hanya menggabungkan petak, tidak pernah membaginya."
    ),
    notes_en=(
        "The cells that other releases use as their smallest place: each kelurahan is divided into cells of as "
        "many households as the release’s policy asks, counted from real homes."
        "\n\nOne row per cell. A new version only merges cells and never divides one."
    ),
    tags=("petak", "wilayah", "acuan"),
)

AREAS = Default(
    slug="batas-wilayah",
    recipe="areas",
    title_id="Batas wilayah administrasi",
    title_en="Administrative boundaries",
    notes_id=(
        "Batas kelurahan dan kecamatan sebagaimana dipakai rilis lain, disederhanakan hingga sekitar 10 meter."
        "\n\nSatu baris per wilayah, dengan kode Kemendagri."
    ),
    notes_en=(
        "The borders of kelurahan and kecamatan as other releases use them, simplified to about 10 metres."
        "\n\nOne row per area, with the code of the Ministry of Home Affairs."
    ),
    tags=("batas", "wilayah", "acuan"),
)

CODES = Default(
    slug="kode-acuan",
    recipe="codes",
    title_id="Kode acuan",
    title_en="Reference codes",
    notes_id=(
        "Semua kode yang dipakai rilis lain: kategori, urusan, hasil, rentang, sumber, jenis kejadian, dan perangkat "
        "daerah."
        "\n\nSatu baris per kode, dengan namanya dalam bahasa Indonesia dan Inggris."
    ),
    notes_en=(
        "All codes that other releases use: categories, fields of government, outcomes, bands, sources, classes of "
        "events and agencies."
        "\n\nOne row per code, with its name in Indonesian and English."
    ),
    tags=("kode", "acuan"),
)

DEFAULTS = (INCIDENTS, COUNTS, CAMERAS, PERFORMANCE, CATCHMENTS, AREAS, CODES)
