"""Fixtures of the store tests."""

from tests.store.contract import materials

__all__ = ["materials"]
