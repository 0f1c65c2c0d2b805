"""Commands, one file a feature."""
