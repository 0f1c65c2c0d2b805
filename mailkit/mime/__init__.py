"""What is inside a message: encodings undone, texts and attachments found, names made safe. Pure functions, no I/O."""
