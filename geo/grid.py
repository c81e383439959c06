"""Cells over a plane of shapes, each with the set of shapes that cover it; only what a border crosses is left to test.

Sets are interned: a cell holds a number. A cell that no border touches is answered by that number alone. A *mixed*
cell holds the edges that touch it and, as bits, which of its candidates cover its reference point: whether a candidate
covers any other point of the cell follows from the edges between the two (geo/grid_ask.py). The build sweeps rows of
reference points from left to right and flips a shape's bit in a hash at each of its edges, so its cost is that of the
edges and the cells, however many shapes overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.grid_edges import Edges, Frame, Indices, above, cells_touched, crossings, edges_of, ranges

FAR = -1
CELL_M = 25.0
# Mixed cells at a time, so that a country's engine is made in little more memory than it keeps.
BLOCK = 1 << 18
METRES_PER_DEGREE = 111_320.0
# Bits of a mask; the highest one says that the edge passes above the reference point.
MOST_CANDIDATES = 63
PASSES = np.uint64(1 << 63)


@dataclass(frozen=True)
class Grid:
    """`cells` (rows · columns,) int32: the number of a set; FAR; or -2 - k for the mixed cell k.

    Of mixed cell k: `reference[k]` uint64, the candidates that cover its reference point; `candidates` at
    `candidate[k]:candidate[k + 1]` ascending shape numbers; `entries` (edge numbers) and `masks` (whose they are) at
    `entry[k]:entry[k + 1]`. `crowded` (m,): mixed cells with more candidates than a mask has bits, sorted.
    `edges` (e, 4) as in geo/grid_edges.py; `lowest` (e,): the lowest shape that each bounds. `open_cells` (k,): mixed
    cells where there may be points that no area covers.
    """

    frame: Frame
    edges: NDArray[np.float64]
    lowest: NDArray[np.int32]
    sets: tuple[tuple[int, ...], ...]
    cells: NDArray[np.int32]
    reference: NDArray[np.uint64]
    candidate: Indices
    candidates: NDArray[np.int32]
    entry: Indices
    entries: NDArray[np.int32]
    masks: NDArray[np.uint64]
    crowded: Indices
    open_cells: NDArray[np.bool_]

    @property
    def nbytes(self) -> int:
        return sum(one.nbytes for one in vars(self).values() if isinstance(one, np.ndarray))


def frame_over(shapes: Sequence[Any], edges: int, margin_m: float) -> Frame:
    """Square cells of about 25 m over the areas and a margin; larger ones where they would be too many to keep.

    Other shapes may reach far beyond it (a province's agency): out there nobody is placed."""
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    squeeze = max(np.cos(np.radians((south + north) / 2)), 0.01)
    across, up = (east - west) * METRES_PER_DEGREE * squeeze, (north - south) * METRES_PER_DEGREE
    most = min(4e6 + 8 * edges, 4.8e7)
    cell = max(CELL_M, float(np.sqrt(max(across, 1) * max(up, 1) / most)), across / 1e5, up / 1e5)
    margin = 2 * (int(margin_m / cell) + 1) + 1  # what lies near the outermost edge, and what is near that
    width, height = cell / METRES_PER_DEGREE / squeeze, cell / METRES_PER_DEGREE
    # One column more on the right: there all that a row crosses has been left again.
    columns = int(across / cell) + 2 * margin + 2
    rows = int(up / cell) + 2 * margin + 1
    return Frame(west - margin * width, south - margin * height, width, height, columns, rows)


@dataclass(frozen=True)
class _Sweep:
    """What is known once all rows are swept: the set over each cell's reference point."""

    edges: Edges
    frame: Frame
    cells: NDArray[np.int32]
    sets: list[tuple[int, ...]]
    areas: int

    @cached_property
    def empty(self) -> NDArray[np.bool_]:
        """Which sets hold no area."""
        return np.array([not one or one[0] >= self.areas for one in self.sets])


def cells_within(frame: Frame, metres: float) -> int:
    """How many cells away, in any direction, something within so many metres can lie."""
    return int(metres / (frame.height * METRES_PER_DEGREE)) + 1


def build(shapes: Sequence[Any], areas: int, margin_m: float) -> Grid:
    """The grid of (multi)polygons in EPSG:4326 over the first `areas` of them.

    Cells in none of these areas and within `margin_m` of one are mixed: points there may still be given to the nearest.
    """
    edges = edges_of(shapes)
    frame = frame_over(shapes[:areas], len(edges), margin_m)
    sweep = _Sweep(edges, frame, *_covering_sets(edges, frame, len(shapes)), areas)
    cell, edge = cells_touched(edges, frame)
    order = np.argsort(cell, kind="stable")
    cell, edge = cell[order], edge[order]
    del order
    return _with_mixed(sweep, _mixed(sweep, cell, edge, margin_m), cell, edge)


def _covering_sets(
    edges: Edges, frame: Frame, shapes: int
) -> tuple[NDArray[np.int32], list[tuple[int, ...]]]:
    """The set of shapes over each cell's reference point: its number per cell, and the sets (0 is the empty one)."""
    position, edge = crossings(edges, frame)
    order = np.argsort(position)
    position, edge = position[order], edge[order]
    names = np.random.default_rng(20261).integers(1, 2**63, size=shapes, dtype=np.uint64)
    flip = np.bitwise_xor.reduceat(names[edges.owners], edges.first[:-1]) if len(edges) else names[:0]
    state = np.bitwise_xor.accumulate(flip[edge])
    last = np.flatnonzero(np.append(position[1:] != position[:-1], True)) if len(position) else order
    starts, state = position[last], state[last]
    hashes, run_set = np.unique(state, return_inverse=True)
    representative = np.zeros(len(hashes), dtype=np.int64)
    representative[run_set] = last
    found = _members(hashes, names, representative, position, edge, edges, frame)
    sets: list[tuple[int, ...]] = [()]
    number: dict[tuple[int, ...], int] = {(): 0}
    renumber = np.zeros(len(hashes), dtype=np.int32)
    for i, members in enumerate(found):
        renumber[i] = number.setdefault(members, len(sets))
        if renumber[i] == len(sets):
            sets.append(members)
    lengths = np.diff(np.concatenate([[0], starts, [frame.rows * frame.columns]]))
    cells = np.repeat(np.concatenate([np.zeros(1, dtype=np.int32), renumber[run_set]]), lengths)
    return cells, sets


def _members(
    hashes: NDArray[np.uint64],
    names: NDArray[np.uint64],
    representative: Indices,
    position: Indices,
    edge: NDArray[np.int32],
    edges: Edges,
    frame: Frame,
) -> list[tuple[int, ...]]:
    """Spell the hashes out: one name is one shape; for others, what was crossed an odd number of times on the way."""
    by_name = np.argsort(names)
    at = np.minimum(np.searchsorted(names[by_name], hashes), len(names) - 1)
    single = names[by_name[at]] == hashes
    found: list[tuple[int, ...]] = [(int(by_name[at[i]]),) if single[i] else () for i in range(len(hashes))]
    for i in np.flatnonzero(~single & (hashes != 0)):
        end = representative[i]
        begin = np.searchsorted(position, position[end] // frame.columns * frame.columns)
        crossed = edge[begin : end + 1]
        _, each = ranges(edges.first[crossed], edges.first[crossed + 1] - edges.first[crossed])
        shape, times = np.unique(edges.owners[each], return_counts=True)
        found[i] = tuple(int(one) for one in shape[times % 2 == 1])
    return found


def _mixed(
    sweep: _Sweep, cell: NDArray[np.int32], edge: NDArray[np.int32], margin_m: float
) -> NDArray[np.bool_]:
    """Cells that an edge touches, and those that no area covers within the margin of an area's edge."""
    edges, frame = sweep.edges, sweep.frame
    bounding = edges.owners[edges.first[edge]] < sweep.areas  # an edge's first owner is its lowest
    near = np.zeros((frame.rows, frame.columns), dtype=np.bool_)
    near.reshape(-1)[cell[bounding]] = True
    reach = cells_within(frame, margin_m)
    for _ in range(reach):
        near[:, 1:] |= near[:, :-1].copy()
        near[:, :-1] |= near[:, 1:].copy()
    for _ in range(reach):
        near[1:] |= near[:-1].copy()
        near[:-1] |= near[1:].copy()
    mixed = near.reshape(-1)
    mixed &= sweep.empty[sweep.cells]
    mixed[cell] = True
    return mixed


def _with_mixed(
    sweep: _Sweep, mixed: NDArray[np.bool_], cell: NDArray[np.int32], edge: NDArray[np.int32]
) -> Grid:
    edges, cells = sweep.edges, sweep.cells
    places = np.flatnonzero(mixed)
    number = np.full(len(cells), -1, dtype=np.int32)
    number[places] = np.arange(len(places), dtype=np.int32)
    of_entry = number[cell]
    del number
    entry = np.searchsorted(of_entry, np.arange(len(places) + 1))
    candidate, candidates, masks, reference = _in_blocks(sweep, cells[places], of_entry, cell, edge, entry)
    open_cells = sweep.empty[cells[places]]
    alone = (
        np.add.reduceat(edges.owners < sweep.areas, edges.first[:-1]) == 1
    )  # beyond it there may be nobody
    open_cells[of_entry[alone[edge]]] = True
    cells[sweep.empty[cells]] = FAR
    cells[places] = -2 - np.arange(len(places), dtype=np.int32)
    return Grid(
        sweep.frame,
        edges.ends,
        edges.owners[edges.first[:-1]],
        tuple(sweep.sets),
        cells,
        reference,
        candidate,
        candidates,
        entry,
        edge,
        masks,
        crowded=np.flatnonzero(np.diff(candidate) > MOST_CANDIDATES),
        open_cells=open_cells,
    )


def _in_blocks(
    sweep: _Sweep,
    base: NDArray[np.int32],
    of_entry: NDArray[np.int32],
    cell: NDArray[np.int32],
    edge: NDArray[np.int32],
    entry: Indices,
) -> tuple[Indices, NDArray[np.int32], NDArray[np.uint64], NDArray[np.uint64]]:
    """`candidate`, `candidates`, `masks` and `reference` of the grid; `base`: the sets at the reference points."""
    blocks = []
    for begin in range(0, len(base), BLOCK):
        end = min(begin + BLOCK, len(base))
        part = slice(entry[begin], entry[end])
        own = _candidates(sweep.edges, of_entry[part] - begin, edge[part], base[begin:end], sweep.sets)
        own[2][_passes(sweep.edges.ends[edge[part]], sweep.frame, cell[part])] |= PASSES
        blocks.append(own)
    counts, candidates, masks, reference = (np.concatenate(one) for one in zip(*blocks, strict=True))
    return np.concatenate([[0], np.cumsum(counts)]), candidates, masks, reference


def _candidates(
    edges: Edges,
    of_entry: NDArray[np.int32],
    edge: NDArray[np.int32],
    base: NDArray[np.int32],
    sets: list[tuple[int, ...]],
) -> tuple[Indices, NDArray[np.int32], NDArray[np.uint64], NDArray[np.uint64]]:
    """Who may cover a point of some mixed cells (whoever has an edge there or covers the reference point), as bits:
    (how many candidates each cell has, the candidates, masks of the entries, masks of the reference points)."""
    mixed = len(base)
    shapes = max(int(edges.owners.max(initial=0)) + 1, 1)
    entry, each = ranges(edges.first[edge], edges.first[edge + 1] - edges.first[edge])
    bounding = of_entry[entry] * np.int64(shapes) + edges.owners[each]
    sizes = np.array([len(one) for one in sets])
    flat = np.array([shape for one in sets for shape in one], dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    where, member = ranges(starts[base], sizes[base])
    covering = where * np.int64(shapes) + flat[member]
    keys = np.concatenate([bounding, covering])
    keys.sort()  # np.unique hashes, which takes six times as long here
    keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
    candidate = np.searchsorted(keys, np.arange(mixed + 1) * np.int64(shapes))
    candidates = (keys % shapes).astype(np.int32)

    def bits(of: Indices) -> NDArray[np.uint64]:
        slot = np.searchsorted(keys, of) - candidate[of // shapes]
        found: NDArray[np.uint64] = np.uint64(1) << np.minimum(slot, MOST_CANDIDATES).astype(np.uint64)
        return found

    masks = np.zeros(len(edge), dtype=np.uint64)
    if len(edge):
        begin = np.flatnonzero(np.append(True, entry[1:] != entry[:-1]))
        masks = np.bitwise_or.reduceat(bits(bounding), begin)
    reference = np.zeros(mixed, dtype=np.uint64)
    np.bitwise_or.at(reference, where, bits(covering))
    return np.diff(candidate), candidates, masks, reference


def _passes(ends: NDArray[np.float64], frame: Frame, cell: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether an edge crosses the upright line through its cell's reference point, above that point."""
    row, column = np.divmod(cell.astype(np.int64), frame.columns)
    x, y = frame.lon[column], frame.lat[row]
    across = (ends[:, 0] > x) != (ends[:, 2] > x)
    found = np.zeros(len(ends), dtype=np.bool_)
    some = np.flatnonzero(across)
    found[some] = ~above(ends[some], x[some], y[some])
    return found
