"""Typed, object-oriented IMAP."""
