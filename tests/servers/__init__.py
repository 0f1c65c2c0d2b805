"""Real servers for the tests: each is started below a temporary folder, on loopback, and leaves nothing behind."""
