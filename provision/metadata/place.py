"""Where something stands in a metadata file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """The start of one element.

    `path` names the element below the root, for instance `oauthConfig.scopes[2]` for the second `scopes`; the first
    of its name has no number. Lines and columns count from 1.
    """

    path: str
    parent: str | None
    """Path of the enclosing element; `None` for the root."""
    tag: str
    namespace: str
    line: int
    column: int
