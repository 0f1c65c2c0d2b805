"""The protocol's values: immutable, checked when built."""
