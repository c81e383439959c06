"""Figures of speed, each beside its peer in the same run (docs/benchmarks.md)."""
