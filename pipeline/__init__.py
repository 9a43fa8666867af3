"""The batch: what follows what, and what has been done."""
