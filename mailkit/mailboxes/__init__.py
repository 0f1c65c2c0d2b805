"""What is known of mailboxes, and asked: which there are, who may what, what is noted, what has changed."""
