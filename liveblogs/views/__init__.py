"""The public pages, feeds and sitemaps: each asks ``timeline`` what is visible."""
