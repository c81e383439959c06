"""How the city deals with what it is told: a few figures per agency, category, kelurahan (docs/figures.md)."""
