"""Writes what is generated into the documentation: `python -m tests.diagnose`."""

from __future__ import annotations

from pathlib import Path

from provision.diagnose.page import with_catalogue

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "errors.md"

if __name__ == "__main__":
    PAGE.write_text(with_catalogue(PAGE.read_text()))
