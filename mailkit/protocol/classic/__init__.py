"""What the classic interface is made of; its classes stand in `mailkit.protocol.imap4`."""
