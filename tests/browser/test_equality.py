"""A page that has followed along shows what a fresh load shows, whatever happened and wherever the reader was."""

import pytest

from tests.support.newsroom_day import Day
from tests.support.reader import Reader

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHANGES = 80


@pytest.mark.browser_context_args(viewport={"width": 800, "height": 240})  # nothing of the timeline in view at the top
@pytest.mark.parametrize("seed", [5])
def test_random_day(live_server, context, settings, seed):
    settings.FOLLOW_SECONDS = 600  # they ask when they are told to
    day = Day(seed, posts=41)
    posts = [post.public_id for post in day.published()]
    day.kept = {posts[12], posts[25], posts[-1]}
    base = f"{live_server.url}/flood/"
    readers = {
        "newest": Reader(context, base),
        "newest, further down": Reader(context, base),
        "newest, hidden": Reader(context, base),
        "oldest": Reader(context, f"{base}?sort=oldest"),
        "oldest, further down": Reader(context, f"{base}?sort=oldest"),
        "before": Reader(context, f"{base}?before={posts[21]}"),
        "before, the last ones": Reader(context, f"{base}?before={posts[5]}"),
        "after": Reader(context, f"{base}?after={posts[10]}"),
        "after, oldest first": Reader(context, f"{base}?sort=oldest&after={posts[19]}"),
        "before, oldest first": Reader(context, f"{base}?sort=oldest&before={posts[15]}"),
        "post": Reader(context, f"{base}{posts[12]}/"),
        "post, hidden": Reader(context, f"{base}{posts[25]}/"),
        "newest post": Reader(context, f"{base}{posts[-1]}/"),
    }
    asleep = list(readers)
    while len(day.done) < CHANGES:
        for _ in range(day.random.choice([1, 1, 2, 3, 5])):
            day.change()
        # Some ask now; the others have slept through more than this.
        asking = day.random.sample(asleep, 4) if len(day.done) < CHANGES else asleep
        for name in asking:
            readers[name].expect_follows(day.revision(), f"{name} after {day.done[-5:]} ({len(day.done)})")
            if "further" in name:
                readers[name].scroll_to(day.random.randint(1500, 4000))
