"""Recorded dialogues with real servers: see README.md."""
