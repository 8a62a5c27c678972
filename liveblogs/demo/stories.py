"""The demo's stories, in an order in which each one's `continues` comes before it."""

from .content import Story
from .election import ELECTION
from .first_day import FIRST_DAY
from .flood import FLOOD
from .launch import LAUNCH

STORIES: tuple[Story, ...] = (LAUNCH, FIRST_DAY, FLOOD, ELECTION)
