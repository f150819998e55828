"""The collector waits only as long as it is told to."""

from __future__ import annotations

import gc
import weakref

import pytest

from jointsup_rules.collector import collector_paused


class Ring:
    """Something that only the collector can take away."""

    def __init__(self) -> None:
        self.itself = self


def test_it_waits_inside_and_goes_on_after() -> None:
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(KeyError), collector_paused():
        raise KeyError
    assert gc.isenabled()


def test_who_had_it_switched_off_finds_it_so() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_meanwhile_can_be_taken_away_later() -> None:
    with collector_paused():
        ring = Ring()
        seen = weakref.ref(ring)
        del ring
        assert seen() is not None
    gc.collect()
    assert seen() is None
