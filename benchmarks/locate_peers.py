"""The spatial joins that others offer, each over points and areas that lie ready in its own form.

What it takes to bring them into that form is not counted, nor is turning our arrays into theirs: only the join.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray
from psycopg import sql

Floats = NDArray[np.float64]
Join = Callable[[], float]  # runs once and tells the seconds
NOBODY = -1


def lowest(points: NDArray[np.int64], areas: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The pairs of a join as one answer for each point: the lowest area, or NOBODY."""
    found = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(found, points, areas)
    found[found == np.iinfo(np.int64).max] = NOBODY
    return found


class Geopandas:
    name = "geopandas"

    def __init__(self, areas: gpd.GeoSeries, points: Floats) -> None:
        self._areas = gpd.GeoDataFrame({"area": np.arange(len(areas))}, geometry=areas.values, crs=4326)
        self._points = gpd.GeoDataFrame(geometry=shapely.points(points), crs=4326)

    def join(self) -> tuple[float, NDArray[np.int64]]:
        """(seconds, the area of each point)."""
        started = time.perf_counter()
        found = gpd.sjoin(self._points, self._areas, predicate="intersects")
        seconds = time.perf_counter() - started
        return seconds, lowest(found.index.to_numpy(), found["area"].to_numpy(), len(self._points))


class Sedonadb:
    name = "sedonadb"

    def __init__(self, areas: gpd.GeoSeries, points: Floats) -> None:
        import pyarrow
        import sedonadb

        self._table, self._count = pyarrow.table, len(points)
        self._database: Any = sedonadb.connect()
        raw = {"i": np.arange(len(points)), "x": points[:, 0], "y": points[:, 1]}
        self._database.create_data_frame(pyarrow.table(raw)).to_view("raw_points")
        raw = {"area": np.arange(len(areas)), "wkb": shapely.to_wkb(areas.values)}
        self._database.create_data_frame(pyarrow.table(raw)).to_view("raw_areas")
        for view, text in (
            ("points", "SELECT i, ST_Point(x, y) AS geom FROM raw_points"),
            ("areas", "SELECT area, ST_GeomFromWKB(wkb) AS geom FROM raw_areas"),
        ):
            self._database.sql(text).to_memtable().to_view(view)

    def join(self) -> tuple[float, NDArray[np.int64]]:
        text = "SELECT points.i, areas.area FROM points JOIN areas ON ST_Intersects(areas.geom, points.geom)"
        started = time.perf_counter()
        found = self._table(self._database.sql(text))
        seconds = time.perf_counter() - started
        return seconds, lowest(found["i"].to_numpy(), found["area"].to_numpy(), self._count)


class Postgis:
    name = "postgis"
    JOIN = "SELECT p.i, a.area FROM peer_point p JOIN peer_area a ON ST_Covers(a.geom, p.geom)"

    def __init__(self, areas: gpd.GeoSeries, points: Floats) -> None:
        self._count = len(points)
        self._connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        ask = self._connection.execute
        ask("CREATE EXTENSION IF NOT EXISTS postgis")
        ask("CREATE TABLE peer_area (area int, geom geometry(Geometry, 4326))")
        ask("CREATE TABLE peer_point (i int, x float8, y float8, geom geometry(Point, 4326))")
        with self._connection.cursor() as cursor:
            with cursor.copy("COPY peer_area FROM STDIN") as copy:
                for i, wkb in enumerate(
                    shapely.to_wkb(shapely.set_srid(areas.values, 4326), True, include_srid=True)
                ):
                    copy.write_row((i, wkb))
            with cursor.copy("COPY peer_point (i, x, y) FROM STDIN") as copy:
                for i, (x, y) in enumerate(points.tolist()):
                    copy.write_row((i, x, y))
        ask("UPDATE peer_point SET geom = ST_SetSRID(ST_MakePoint(x, y), 4326)")
        for table in ("peer_area", "peer_point"):
            ask(sql.SQL("CREATE INDEX ON {} USING gist (geom)").format(sql.Identifier(table)))
            ask(sql.SQL("VACUUM (FULL, ANALYZE) {}").format(sql.Identifier(table)))
        for setting in (
            f"max_parallel_workers_per_gather = {os.cpu_count()}",
            "min_parallel_table_scan_size = 0",
            "parallel_setup_cost = 0",
            "parallel_tuple_cost = 0",
            "work_mem = '512MB'",
            "jit = off",
        ):
            ask(f"SET {setting}")

    def plan(self) -> list[str]:
        """The kinds of nodes in its plan, to see that it runs in parallel and by index."""
        rows = self._connection.execute(f"EXPLAIN CREATE TABLE peer_plan AS {self.JOIN}").fetchall()
        return [
            row[0].split("(cost")[0].strip().removeprefix("->").strip() for row in rows if "(cost" in row[0]
        ]

    def join(self) -> tuple[float, NDArray[np.int64]]:
        """Kept on the server, as its users would: only the time counts the join, the answer is fetched afterwards."""
        self._connection.execute("DROP TABLE IF EXISTS peer_found")
        started = time.perf_counter()
        self._connection.execute(f"CREATE UNLOGGED TABLE peer_found (i, area) AS {self.JOIN}")
        seconds = time.perf_counter() - started
        rows = self._connection.execute("SELECT i, area FROM peer_found").fetchall()
        i, area = np.array(rows, dtype=np.int64).T
        return seconds, lowest(i, area, self._count)
