"""The invented newsroom that `manage.py demo` fills a fresh database with.

``stories/`` holds an archive with its pictures for each story (see docs/archive.md), and beside it ``desk.json``: the
staff, and the posts that readers don't see. ``bylines.json`` holds the people. Times are as of ``WRITTEN_AT``.
"""
