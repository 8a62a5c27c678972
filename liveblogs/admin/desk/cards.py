"""The posts of a desk, in the order of the page, and each of them as a card."""

from collections.abc import Sequence

from django.db.models import Count, F, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape

from ...models import Blog, Post
from ...text import richtext, times
from ...text.numbers import parse_id
from .. import buttons
from ..display import placed_at

#: Posts that the desk shows at once.
SHOWN = 60
#: Posts beyond which nobody counts what was found.
FOUND_AT_MOST = 500


def posts_of(blog: Blog) -> QuerySet[Post]:
    """All posts of the blog as its page has them: pinned ones first, then by time, what is to come before the rest."""
    return (
        Post.objects.filter(blog=blog)
        .annotate(placed_at=Coalesce(F("published_at"), F("publish_at"), F("created_at")))
        .select_related("blog", "created_by")
        .prefetch_related("credits__byline", "images__image")
        .order_by(F("pinned_at").desc(nulls_last=True), "-placed_at", "-pk")
    )


def order_of(post: Post) -> str:
    """Sorts cards as ``posts_of`` does: the greater one comes first."""
    at = post.pinned_at or placed_at(post)
    return f"{int(post.is_pinned)}.{10**17 + times.microseconds(at)}.{post.pk:012}"


def below(posts: QuerySet[Post], place: str) -> QuerySet[Post]:
    """Those that come after a certain place in time; all, where ``place`` is none."""
    moment, _, last = place.rpartition("_")
    at, number = times.parse_instant(moment), parse_id(last)
    if at is None or number is None:
        return posts
    further = Q(placed_at__lt=at) | Q(placed_at=at, pk__lt=number)
    return posts.filter(further, pinned_at=None)


def numbers_by_state(blog: Blog) -> dict[str, int]:
    """How many posts there are in each state. One query."""
    counts: dict[str, int] = dict(blog.posts.order_by().values_list("state").annotate(Count("pk")))
    return {state: counts.get(state, 0) for state in Post.State.values}


def card(request: HttpRequest, post: Post) -> str:
    """A post as the desk shows it, with the actions that this user may take."""
    at, menu = placed_at(post), buttons.for_menu(request.user, post)
    return render_to_string(
        "admin/liveblogs/desk/card.html",
        {
            "post": post,
            "blog": post.blog,
            "placed_at": at,
            "order": order_of(post),
            "place": f"{at.isoformat()}_{post.pk}",  # what ``below`` reads
            "buttons": buttons.for_card(request.user, post),
            "menu": menu,
            "is_movable": any(button.action.name == "move" for button in menu),
        },
        request,
    )


def cards(request: HttpRequest, blog: Blog, posts: Sequence[Post]) -> list[str]:
    """The cards of these posts of the blog. One query for all that their rights are asked about."""
    prefetch_related_objects([blog], "staff")
    for post in posts:
        post.blog = blog
    return [card(request, post) for post in posts]


def with_words(posts: QuerySet[Post], words: str) -> tuple[QuerySet[Post], int]:
    """The posts that hold each of these words in headline, text, credits or notes, and how many they are.

    The database finds candidates; what merely stands in the text's markup is left out here.
    """
    wanted = words.split()[:8]
    for word in wanted:
        posts = posts.filter(
            Q(headline__icontains=word)
            | Q(body__icontains=escape(word))
            | Q(notes__icontains=word)
            | Q(pk__in=Post.objects.filter(credits__byline__name__icontains=word).values("pk"))
        )
    candidates = posts.select_related(None).prefetch_related(None).only("headline", "body", "notes", "blog")
    candidates = candidates.prefetch_related("credits__byline")[:FOUND_AT_MOST]
    texts = {post.pk: _searchable(post) for post in candidates}
    found = [pk for pk, text in texts.items() if all(word.lower() in text for word in wanted)]
    return posts.filter(pk__in=found), len(found)


def _searchable(post: Post) -> str:
    names = [credit.byline.name for credit in post.credits.all()]
    return " ".join([*names, post.headline, richtext.to_plain(post.body), post.notes]).lower()
