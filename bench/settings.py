"""Newsroom's own settings, with the yardsticks' addresses beside Newsroom's."""

from newsroom.settings import *  # noqa: F403 - that is what this file is for

ROOT_URLCONF = "bench.urls"
