"""What always holds of a blog and its posts, whatever happened."""

from liveblogs.models import Blog, BlogFragment, Fragment, Post


def check(*blogs: Blog) -> None:
    """What always holds, whatever happened."""
    for blog in Blog.objects.filter(pk__in=[blog.pk for blog in blogs]):
        published = Post.objects.published().filter(blog=blog)
        assert blog.post_count == published.count()
        assert max([0, *blog.posts.values_list("revision", flat=True)]) <= blog.revision
        assert not blog.posts.exclude(state="published").filter(pinned_at__isnull=False).exists()
        assert not published.filter(published_at=None).exists()
        kept = dict(Fragment.objects.filter(post__blog=blog).values_list("post_id", "revision"))
        assert kept == dict(published.values_list("pk", "revision"))
        assert BlogFragment.objects.get(blog=blog).revision == blog.revision
