"""The public pages, feeds and sitemaps. Each asks ``timeline`` what is visible and responds through ``delivery``."""
