"""What is known of Salesforce as data: JSON files, each with the source of what it says."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> Any:
    """The facts of one file, by its name without `.json`; shared, so not to be changed."""
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text())
