"""What `scripts/demo` shows: mailkit at work on a mailbox of some 200 letters, or on your own account."""
