"""Newsroom's settings, with the URLs of the baselines in addition to Newsroom's."""

from newsroom.settings import *  # noqa: F403 - this file extends them

ROOT_URLCONF = "bench.urls"
