"""SOAP metadata calls."""

from werkzeug.routing import Rule

RULES: tuple[Rule, ...] = ()
