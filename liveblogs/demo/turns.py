"""Two demos at once take turns."""

from django.contrib.contenttypes.models import ContentType


def take_turns() -> None:
    """Inside a transaction: wait until no other demo is being written. On SQLite the transaction itself waits."""
    ContentType.objects.select_for_update(no_key=True).get(app_label="liveblogs", model="blog")
