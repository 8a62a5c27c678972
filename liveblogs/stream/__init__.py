"""Server-sent events: a hint to every open page that a blog has a new revision."""
