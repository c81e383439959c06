"""The API at /api/v1: each room brings its own router, the house's errors are installed once."""

from __future__ import annotations

from ninja import NinjaAPI

from config import errors
from geo.api import router as places
from geo.api_search import router as names
from incidents.api import router as cases
from incidents.cctv.api import router as cctv

api = NinjaAPI(
    title="Kentongan", version="1", openapi_url="/openapi.json", docs_url="/docs", urls_namespace="api"
)
errors.install(api)
api.add_router("", places)
api.add_router("", names)
api.add_router("", cases)
api.add_router("/cctv", cctv)
