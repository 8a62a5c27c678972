"""Pictures, from an upload to what a reader gets: cleaning, metadata, renditions, markup, stored files."""
