"""What a selection of messages is: how it is searched, ordered and cut, and what is fetched for it."""
