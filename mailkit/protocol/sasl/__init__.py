"""Authentication mechanisms, one file a family."""
