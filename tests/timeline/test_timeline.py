"""What readers see: which posts, in which order, on which page, and what changed since."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liveblogs import publishing, timeline
from liveblogs.models import Blog, BlogFragment, Fragment, Post
from liveblogs.rendering import fragments
from liveblogs.timeline import Place
from tests.support.timelines import covered, make_blog, make_hidden, make_post, make_posts

pytestmark = pytest.mark.django_db


def headlines(page: timeline.Page) -> list[str]:
    return [re.search(r"<h2[^>]*>([^<]*)</h2>", item.html)[1] for item in page.all]


def read(blog: Blog, **place) -> list[str]:
    return headlines(timeline.page(covered(blog), Place(**place)))


def numbered(first: int, last: int) -> list[str]:
    step = 1 if last >= first else -1
    return [f"p{number}" for number in range(first, last + step, step)]


# What is visible
# ---------------


def test_page_shows_published_posts_alone():
    blog = make_blog()
    make_hidden(blog)
    make_post(blog, "seen")
    other = make_blog("other")
    make_post(other, "elsewhere")
    assert read(blog) == ["seen"]
    assert read(blog, oldest_first=True) == ["seen"]
    assert "hidden" not in covered(blog).head + covered(blog).about


def test_coverage_of_a_draft_blog_is_none():
    draft = Blog.objects.create(title="Secret", slug="secret")
    make_post(draft, "in a draft blog")
    assert timeline.snapshot("secret") is None
    publishing.open_blog(draft)
    assert read(draft) == ["in a draft blog"]
    publishing.end_blog(draft)
    assert read(draft) == ["in a draft blog"]
    publishing.take_down(draft)
    assert timeline.snapshot("secret") is None


def test_neighbour_that_is_a_draft_is_not_named():
    first = make_blog("first")
    second = Blog.objects.create(title="Not yet announced", slug="second", continues=first)
    publishing.update_blog(second)
    assert "Not yet announced" not in covered(first).about
    publishing.open_blog(second)
    assert 'href="/second/"' in covered(first).about
    assert 'href="/first/"' in covered(second).about
    publishing.take_down(second)
    assert "Not yet announced" not in covered(first).about


def test_key_events_link_to_published_ones():
    blog = make_blog()
    make_hidden(blog)
    quiet = make_post(blog, "an ordinary post")
    event = make_post(blog, "the event", is_key_event=True)
    about = covered(blog).about
    assert re.findall(r'data-post="([^"]*)"', about) == [event.public_id]
    assert quiet.public_id not in about


# Order and page breaks
# ---------------------


@pytest.mark.parametrize(
    ("count", "newest"),
    [(0, []), (1, [0]), (19, [18, 0]), (20, [19, 0]), (39, [38, 0]), (40, [39, 20]), (41, [40, 20])],
)
def test_first_page_takes_the_remainder(count, newest):
    blog = make_blog()
    make_posts(blog, count)
    page = timeline.page(covered(blog), Place())
    assert headlines(page) == (numbered(newest[0], newest[-1]) if newest else [])
    assert bool(page.older) == (count >= 40)
    assert page.newer == ""


def test_older_pages_keep_address_and_posts_when_new_ones_arrive():
    blog = make_blog()
    make_posts(blog, 59)
    page = timeline.page(covered(blog), Place())
    assert headlines(page) == numbered(58, 20)
    cursor = page.older
    assert read(blog, before=cursor) == numbered(19, 0)
    for number in range(59, 85):
        make_post(blog, f"p{number}")
    assert read(blog, before=cursor) == numbered(19, 0)
    assert read(blog) == numbered(84, 60)


@pytest.mark.parametrize("count", [1, 20, 40, 45, 61])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_pages_hold_each_post_once_both_ways(count, oldest_first):
    blog = make_blog()
    make_posts(blog, count)
    seen, pages, place = [], [], Place(oldest_first=oldest_first)
    while True:
        page = timeline.page(covered(blog), place)
        seen += headlines(page)
        pages.append(sorted(headlines(page)))
        cursor = page.newer if oldest_first else page.older
        if not cursor:
            break
        place = Place(oldest_first=oldest_first, **{"after" if oldest_first else "before": cursor})
    assert seen == (numbered(0, count - 1) if oldest_first else numbered(count - 1, 0))
    # And back again: the same pages.
    back = []
    while True:
        page = timeline.page(covered(blog), place)
        back.append(sorted(headlines(page)))
        cursor = page.older if oldest_first else page.newer
        if not cursor:
            break
        place = Place(oldest_first=oldest_first, **{"before" if oldest_first else "after": cursor})
    assert back == pages[::-1]


def test_pinned_posts_lead_the_first_page_once():
    blog = make_blog()
    posts = make_posts(blog, 45)
    publishing.pin(posts[44])
    publishing.pin(posts[3])  # pinned last, leads; its own page is an older one
    assert read(blog) == ["p3", "p44", *numbered(43, 20)]
    assert read(blog, oldest_first=True) == ["p3", "p44", "p0", "p1", "p2", *numbered(4, 19)]
    cursor = timeline.page(covered(blog), Place()).older
    assert cursor == posts[20].public_id
    assert read(blog, before=cursor) == numbered(19, 0)


def test_pinning_moves_no_page_break():
    blog = make_blog()
    posts = make_posts(blog, 45)
    before = timeline.page(covered(blog), Place()).older
    publishing.pin(posts[20])  # the very last of the first page
    assert timeline.page(covered(blog), Place()).older == before


def test_posts_of_the_same_instant_keep_one_order():
    blog = make_blog()
    posts = [make_post(blog, f"p{number}") for number in range(45)]
    at = timezone.now()
    for post in posts:
        post.published_at = at - timedelta(hours=1)
        publishing.update(post, minor=True)
    assert read(blog) == numbered(44, 20)
    assert read(blog, before=posts[20].public_id) == numbered(19, 0)
    assert read(blog, after=posts[19].public_id) == numbered(44, 20)


def test_permalink_shows_the_post_and_its_neighbours():
    blog = make_blog()
    posts = make_posts(blog, 45)
    assert read(blog, post=posts[22].public_id) == ["p22", *numbered(32, 23), *numbered(21, 12)]
    assert read(blog, post=posts[44].public_id) == ["p44", *numbered(43, 34)]
    assert read(blog, post=posts[0].public_id) == ["p0", *numbered(10, 1)]


@pytest.mark.parametrize("others", [0, 2])
def test_permalink_of_a_post_that_is_withdrawn_meanwhile_shows_no_other(monkeypatch, others):
    """Between the query for its place and that for its row."""
    blog = make_blog()
    make_posts(blog, others)
    post = make_post(blog, "last")
    locate = timeline.queries.locate

    def locate_then_withdraw(*arguments, **options):
        found = locate(*arguments, **options)
        publishing.withdraw(post)
        return found

    monkeypatch.setattr(timeline.queries, "locate", locate_then_withdraw)
    with pytest.raises(timeline.UnknownPost):
        timeline.page(covered(blog), Place(post=post.public_id))


def test_cursor_outlives_its_withdrawn_post():
    blog = make_blog()
    posts = make_posts(blog, 45)
    publishing.withdraw(posts[20])
    assert read(blog, before=posts[20].public_id) == numbered(19, 0)


@pytest.mark.parametrize("how", ["before", "after", "post"])
def test_cursor_that_readers_do_not_know(how):
    blog = make_blog()
    make_posts(blog, 2)
    hidden = make_hidden(blog)
    stranger = make_post(make_blog("other"), "elsewhere")
    unknown = [hidden[0], hidden[1], hidden[2], stranger] + ([hidden[3]] if how == "post" else [])
    for post in unknown:
        with pytest.raises(timeline.UnknownPost):
            timeline.page(covered(blog), Place(**{how: post.public_id}))


# Scheduled posts
# ---------------


def test_scheduled_post_appears_on_its_second_with_nobody_else_running(monkeypatch):
    blog = make_blog()
    post = Post(blog=blog, headline="on time")
    due = timezone.now() + timedelta(minutes=5)
    publishing.schedule(post, due)
    assert read(blog) == []
    monkeypatch.setattr(timezone, "now", lambda: due - timedelta(milliseconds=1))
    assert read(blog) == []
    monkeypatch.setattr(timezone, "now", lambda: due)
    assert read(blog) == ["on time"]
    post.refresh_from_db()
    assert (post.state, post.published_at) == ("published", due)
    assert covered(blog).blog.post_count == 1


def test_scheduled_post_that_cannot_be_published_costs_nobody_the_page(monkeypatch):
    blog = make_blog()
    make_post(blog, "there before")
    broken = Post(blog=blog, headline="broken")
    due = timezone.now() + timedelta(minutes=5)
    publishing.schedule(broken, due)
    monkeypatch.setattr(timezone, "now", lambda: due)
    tried = []

    def fail(**_):
        tried.append(1)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(publishing, "publish_due", fail)
    assert read(blog) == ["there before"]
    assert read(blog) == ["there before"]
    assert len(tried) == 1  # not again for each reader


# Clocks
# ------


@pytest.mark.parametrize(("behind", "order"), [(5, ["second", "first"]), (3600, ["first", "second"])])
def test_post_by_a_machine_whose_clock_is_behind_stands_above_the_one_before(monkeypatch, behind, order):
    """A few seconds, as clocks differ. One that is wrong by an hour is an operator's to put right."""
    blog = make_blog()
    make_post(blog, "first")
    now = timezone.now() - timedelta(seconds=behind)
    monkeypatch.setattr(timezone, "now", lambda: now)
    make_post(blog, "second")
    assert read(blog) == order


# What it costs
# -------------


def queries(call) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


@pytest.mark.parametrize("count", [1, 3, 45])
def test_queries_of_a_page_do_not_grow(count):
    blog = make_blog()
    posts = make_posts(blog, count)
    publishing.pin(posts[0])
    assert queries(lambda: read(blog)) == 3
    assert queries(lambda: read(blog, before=posts[-1].public_id)) == 3
    assert queries(lambda: read(blog, post=posts[-1].public_id)) == 4


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_a_delta_do_not_grow(count):
    blog = make_blog()
    make_posts(blog, 5)
    since = covered(blog).blog.revision
    for number in range(count):
        make_post(blog, f"new {number}")
    assert queries(lambda: timeline.delta(covered(blog), since)) == 2
    revision = covered(blog).blog.revision
    assert queries(lambda: timeline.delta(covered(blog), revision)) == 1


def test_own_write_is_seen_at_once():
    blog = make_blog()
    assert read(blog) == []
    post = make_post(blog, "at once")
    assert read(blog) == ["at once"]
    publishing.withdraw(post)
    assert read(blog) == []


# Fragments
# ---------


def test_fragments_of_another_release_are_rendered_anew():
    blog = make_blog()
    make_posts(blog, 2)
    Fragment.objects.update(html="<article>old look</article>", release="another")
    BlogFragment.objects.update(head="<header>old look</header>", release="another")
    page = timeline.page(covered(blog), Place())
    assert headlines(page) == ["p1", "p0"]
    assert "old look" not in covered(blog).head
    assert not Fragment.objects.filter(release="another").exists()


def test_fragments_that_were_lost_are_rendered_anew():
    blog = make_blog()
    make_posts(blog, 2)
    Fragment.objects.all().delete()
    BlogFragment.objects.all().delete()
    assert read(blog) == ["p1", "p0"]
    assert Fragment.objects.count() == 2


def test_head_keeps_its_revision_while_it_looks_the_same():
    blog = make_blog()
    post = make_post(blog, "first")
    kept = BlogFragment.objects.get(pk=blog.pk)
    post.headline = "First"
    publishing.update(post, minor=True)
    after = BlogFragment.objects.get(pk=blog.pk)
    assert after.revision == kept.revision + 1
    assert (after.head_revision, after.about_revision) == (kept.head_revision, kept.about_revision)
    assert after.head == kept.head


# Deltas
# ------


def change(blog: Blog, since: int) -> timeline.Delta:
    return timeline.delta(covered(blog), since)


def test_delta_holds_what_changed_and_nothing_else():
    blog = make_blog()
    posts = make_posts(blog, 4)
    make_hidden(blog)
    since = covered(blog).blog.revision
    assert change(blog, since) == timeline.Delta()
    posts[1].headline = "p1 put right"
    publishing.update(posts[1])
    publishing.withdraw(posts[2])
    Post.objects.create(blog=blog, headline="hidden new draft")
    delta = change(blog, since)
    assert [re.search(r'id="post-([^"]*)"', html)[1] for html in delta.posts] == [posts[1].public_id]
    assert "p1 put right" in delta.posts[0]
    assert delta.withdrawn == [posts[2].public_id]
    assert "3 Posts" in delta.head
    assert delta.about == ""
    assert not delta.reload


def test_delta_is_the_articles_of_the_page():
    blog = make_blog()
    since = covered(blog).blog.revision
    make_posts(blog, 3)
    page = timeline.page(covered(blog), Place())
    assert sorted(change(blog, since).posts) == sorted(item.html for item in page.posts)


def test_tombstone_of_a_withdrawn_post_that_became_a_draft_again():
    blog = make_blog()
    post = make_post(blog, "once seen")
    since = covered(blog).blog.revision
    publishing.withdraw(post)
    publishing.revert_to_draft(post)
    assert change(blog, since).withdrawn == [post.public_id]
    publishing.publish(post)
    delta = change(blog, since)
    assert (delta.withdrawn, len(delta.posts)) == ([], 1)


def test_delta_of_too_much_asks_for_a_reload():
    blog = make_blog()
    since = covered(blog).blog.revision
    for number in range(timeline.DELTA_POSTS):
        make_post(blog, f"p{number}")
    assert len(change(blog, since).posts) == timeline.DELTA_POSTS
    make_post(blog, "one more")
    assert change(blog, since) == timeline.Delta(reload=True)


def test_delta_from_the_future_or_before_a_restore():
    blog = make_blog()
    make_posts(blog, 2)
    revision = covered(blog).blog.revision
    assert change(blog, revision + 1).reload
    Blog.objects.filter(pk=blog.pk).update(followed_from=revision)
    assert change(blog, revision - 1).reload
    assert not change(blog, revision).reload


# Across blogs
# ------------


def test_front_lists_live_blogs_first_with_their_latest_posts():
    Blog.objects.create(title="Draft", slug="draft")
    ended = make_blog("ended")
    publishing.end_blog(ended)
    live = make_blog("live")
    make_posts(live, 5)
    make_hidden(live)
    quiet = make_blog("quiet")
    front = timeline.front_page()
    assert [blog.slug for blog in front.live] == ["quiet", "live"]
    assert [[post.headline for post in blog.latest] for blog in front.live] == [[], ["p4", "p3", "p2"]]
    assert [blog.slug for blog in front.past] == ["ended"]
    assert not front.more
    publishing.take_down(quiet)
    assert [blog.slug for blog in timeline.front_page().live] == ["live"]


def test_front_key_moves_with_each_visible_change():
    blog = make_blog()
    seen = {timeline.front_state().key}
    post = make_post(blog, "one")
    seen.add(timeline.front_state().key)
    publishing.withdraw(post)
    seen.add(timeline.front_state().key)
    publishing.take_down(blog)
    seen.add(timeline.front_state().key)
    assert len(seen) == 4
    Post.objects.create(blog=blog, headline="a draft moves nothing")
    assert timeline.front_state().key in seen


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_front_do_not_grow_with_posts_and_past_blogs(count):
    live = make_blog("live")
    make_posts(live, 4 * count)
    for number in range(count):
        publishing.end_blog(make_blog(f"past-{number}"))
    assert queries(timeline.front_page) == 3


def test_front_shows_posts_of_the_latest_ten_live_blogs_alone():
    for number in range(12):
        make_posts(make_blog(f"live-{number}"), 1)
    with CaptureQueriesContext(connection) as captured:
        live = timeline.front_page().live
    assert [blog.slug for blog in live] == [f"live-{number}" for number in reversed(range(12))]
    assert [len(getattr(blog, "latest", [])) for blog in live] == [1] * 10 + [0] * 2
    assert len(captured) == 12


def test_preview_shows_a_draft_above_the_page():
    blog = Blog.objects.create(title="Draft blog", slug="draft-blog")
    make_posts(blog, 3)
    draft = Post.objects.create(blog=blog, headline="not yet")
    _, page = timeline.preview(draft)
    assert headlines(page) == ["not yet", "p2", "p1", "p0"]
    assert not Fragment.objects.filter(post=draft).exists()


def test_first_page_size_counts_from_the_oldest():
    assert [fragments.first_page_size(count) for count in (0, 1, 20, 39, 40, 59, 60, 10_000)] == [
        0, 1, 20, 39, 20, 39, 20, 20,
    ]  # fmt: skip
