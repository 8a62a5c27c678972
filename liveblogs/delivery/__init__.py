"""How answers reach readers: caching, HTTP headers, content policy, polling interval, purging."""
