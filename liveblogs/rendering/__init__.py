"""How posts and blogs are rendered: stored fragments, structured data, and the release that they depend on."""
