"""The interfaces that every scenario is played to."""

from __future__ import annotations

import pytest

from tests.hostile.interface import Interface, SessionInterface
from tests.worlds import World


@pytest.fixture
def interface(world: World) -> Interface:
    """The session on threads, then on asyncio."""
    return SessionInterface(world)
