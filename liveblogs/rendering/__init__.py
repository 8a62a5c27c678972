"""What a post or a blog looks like: stored fragments, structured data, and the release they depend on."""
