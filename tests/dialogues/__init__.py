"""Recorded dialogues with real servers, and a script that plays the server's part: see README.md."""

from tests.dialogues.dialogue import Dialogue, Piece, load, load_all
from tests.dialogues.play import play

__all__ = ["Dialogue", "Piece", "load", "load_all", "play"]
