"""Supervision models as data: rules in YAML over exported case data, clues with evidence and working."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jointsup_rules.workspace import Workspace

__all__ = ["Workspace", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import `Workspace` only when it is asked for, so that help stays instant."""
    if name == "Workspace":
        from jointsup_rules.workspace import Workspace

        return Workspace
    raise AttributeError(name)
