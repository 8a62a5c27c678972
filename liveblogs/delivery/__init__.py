"""From a rendered page to the reader: caches, HTTP headers, content security policy, polling interval, purging."""
