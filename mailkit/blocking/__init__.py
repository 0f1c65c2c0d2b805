"""The same operations for threads: each is the asyncio one, run to its end without an event loop."""
