"""Which of its two forms this installation has."""

from __future__ import annotations

from mailkit.protocol.wire import framer

compiled: bool = not framer.__file__.endswith(".py")
"""Whether the hot modules were built by mypyc; the same source runs either way, with the same results."""
