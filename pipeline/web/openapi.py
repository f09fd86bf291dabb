"""The description of the API in OpenAPI 3.1, written by hand in `data/openapi.json`.

`description` takes the path that the server answers under and the paths of its routes; returns the
description as JSON can hold it. Never raises.
"""

import json
from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import Any

from pipeline import __version__

PATH = "/api/openapi.json"


@cache
def _written() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("data/openapi.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def description(base: str, paths: Collection[str]) -> dict[str, Any]:
    """What the routes with these paths take and answer, below the path `base`."""
    written = _written()
    return {
        **written,
        "info": {**written["info"], "version": __version__},
        "servers": [{"url": base or "/"}],
        "paths": {path: one for path, one in written["paths"].items() if path in paths},
    }
