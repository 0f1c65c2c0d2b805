"""What changes the mail on the server: flags, copies, moves and deletion, messages added and replaced."""
