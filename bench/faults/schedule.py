"""Many posts are due at once, some of them invalid: the others are on time, and no reader waits for all of them."""

from datetime import timedelta

from .ground import check, expect, live_blog


def run(posts: int, broken: int) -> str:
    from liveblogs import publishing

    blog, expected = scheduled(posts, broken, "schedule")
    found = publishing.publish_due()
    compare(blog, expected, broken)
    expect(len(found) == posts - broken, f"the run says that it published {posts - broken}")
    other, expected = scheduled(posts, broken, "visits")
    visits = visit(other, posts)
    compare(other, expected, broken)
    return f"{posts} due, {broken} of them broken: the others published in one run, and by {visits} visits of readers"


def scheduled(posts: int, broken: int, slug: str):
    """A blog with scheduled posts, and when each valid one is due, by primary key."""
    from django.utils import timezone

    from liveblogs.models import Image, Post, PostImage

    blog, at = live_blog(slug), timezone.now().replace(microsecond=0) - timedelta(hours=1)
    made = [
        Post(
            blog=blog,
            headline=f"p{number}",
            state="scheduled",
            publish_at=at + timedelta(seconds=number),
        )
        for number in range(posts)
    ]
    Post.objects.bulk_create(made)
    without_alt = Image.objects.bulk_create([Image(file=f"{slug}.jpg", width=1, height=1)])[0]
    bad = made[:: posts // broken][:broken]
    for number, post in enumerate(bad):
        if number % 2:
            PostImage.objects.create(post=post, image=without_alt)
        else:
            Post.objects.filter(pk=post.pk).update(headline="", body="")
    return blog, {post.pk: post.publish_at for post in made if post not in bad}


def compare(blog, expected: dict, broken: int) -> None:
    posts = check(blog)
    on_time = {post.pk: post.published_at for post in posts if post.is_published}
    expect(on_time == expected, f"{len(expected)} are published, each at its second: {len(on_time)} are")
    drafts = [post for post in posts if post.state == "draft"]
    expect(len(drafts) == broken, f"{broken} are drafts again: {len(drafts)}")
    expect(all(post.publish_fault for post in drafts), "the drafts say why")


def visit(blog, posts: int) -> int:
    """Request the page until every due post is on it. Each visit publishes a limited number. The number of visits."""
    from django.test import Client

    from liveblogs import publishing
    from liveblogs.models import Blog, Post

    client, visits = Client(headers={"host": "localhost"}), 0
    while Post.objects.due().filter(blog=blog).exists():
        before = Blog.objects.get(pk=blog.pk).post_count
        answer = client.get(f"/{blog.slug}/")
        expect(answer.status_code == 200, f"a reader gets the page: {answer.status_code}")
        visits += 1
        more = Blog.objects.get(pk=blog.pk).post_count - before
        expect(more <= publishing.RENDERED_AT_ONCE, f"a reader waits for one transaction: {more} posts came")
        expect(visits <= posts, "the number of visits is limited")
    return visits
