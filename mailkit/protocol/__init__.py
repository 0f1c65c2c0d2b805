"""Low-level access: the classic interface and what it stands on."""
