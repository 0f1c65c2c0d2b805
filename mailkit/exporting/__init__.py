"""Messages written to files, in the forms that other programs read."""
