"""The invented newsroom that `manage.py demo` fills a fresh database with."""
