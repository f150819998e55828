"""Supervision models as data: rules in YAML over exported case data, clues with evidence and working."""

__version__ = "0.1.0"
