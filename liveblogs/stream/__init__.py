"""Server-sent events that tell open pages that a blog has a new revision."""
