"""Writes what is generated into the documentation: `python -m tests.diagnose`."""

from __future__ import annotations

from pathlib import Path

from provision.diagnose.page import with_catalogue
from tests.diagnose.matrix import rows, with_matrix

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "errors.md"

DIAGNOSIS = PAGE.with_name("diagnosis.md")

if __name__ == "__main__":
    PAGE.write_text(with_catalogue(PAGE.read_text()))
    DIAGNOSIS.write_text(with_matrix(DIAGNOSIS.read_text(), list(rows())))
