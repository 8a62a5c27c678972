"""The public pages: each asks ``timeline`` what is visible and responds through ``delivery``."""

import json
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.template.loader import get_template
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from .. import timeline
from ..delivery import polling
from ..delivery.http import cached_response, set_cache_headers
from ..models import Byline, Post
from ..models.post import is_public_id
from ..rendering.release import release
from ..text import times
from ..text.numbers import parse_id
from ..timeline import BlogSnapshot, Page, Place
from . import meta as page_meta

FIRST_PAGE = Place()


# Blogs
# -----


@require_safe
def blog_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A blog: its first page, or the one before or after a post."""
    snapshot = _snapshot_or_404(slug)
    place = FIRST_PAGE
    if request.META.get("QUERY_STRING"):  # most requests are for the first page, and need not be parsed
        before, after = request.GET.get("before", ""), request.GET.get("after", "")
        if before and after:
            return _bad_request(gettext("Use “before” or “after”, not both."))
        for cursor in (before, after):
            if cursor and not is_public_id(cursor):
                return _bad_request(gettext("“before” and “after” must be the public id of a post."))
        place = Place(oldest_first=request.GET.get("sort") == "oldest", before=before, after=after)
    return _place_response(request, snapshot, place, tags=[_tag(slug)])


@require_safe
def post_page(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """A permalink: that post first, then the posts around it."""
    snapshot = _snapshot_or_404(slug)
    if not is_public_id(public_id):
        raise Http404
    return _place_response(request, snapshot, Place(post=public_id), tags=[_tag(slug), f"post-{public_id}"])


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """The delta: what changed for readers since a revision. For a blog that was taken down, a 404 that says so.

    ``heard`` is a revision that the stream announced and that this process may not have read yet. It also makes the
    address another one, so that caches do not answer with the delta from before.
    """
    cursor, heard = request.GET.get("since", ""), request.GET.get("heard", "")
    since = parse_id(cursor)
    snapshot = timeline.snapshot(slug, at_least=max(since or 0, parse_id(heard) or 0))
    if snapshot is None:
        if not timeline.was_taken_down(slug):
            raise Http404
        gone = HttpResponse(get_template("liveblogs/changes.html").render({"slug": slug}), status=404)
        return set_cache_headers(gone, tags=[_tag(slug)])
    if since is None:
        return _bad_request(gettext("“since” must be the number of a revision."))
    interval = polling.interval()
    return cached_response(
        request,
        f"changes.{snapshot.key}.{since}.{interval}",
        lambda: _render_delta(snapshot, since, interval),
        tags=[_tag(slug)],
    )


def preview_page(request: HttpRequest, post: Post) -> HttpResponse:
    """A post that readers do not see yet, on the page as they would see it. The caller checks permissions."""
    snapshot, page = timeline.preview(post)
    response = HttpResponse(_render_page(snapshot, page, Place(post=post.public_id), preview=True))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _snapshot_or_404(slug: str) -> BlogSnapshot:
    snapshot = timeline.snapshot(slug)
    if snapshot is None:
        raise Http404
    return snapshot


def _place_response(request: HttpRequest, snapshot: BlogSnapshot, place: Place, *, tags: list[str]) -> HttpResponse:
    def render() -> str:
        try:
            page = timeline.page(snapshot, place)
        except timeline.UnknownPost:
            raise Http404 from None
        return _render_page(snapshot, page, place)

    depends_on = f"page.{snapshot.key}.{place.key}.{settings.FOLLOW_SECONDS}.{settings.OFFER_STREAM}"
    return cached_response(request, depends_on, render, tags=tags)


def _render_page(snapshot: BlogSnapshot, page: Page, place: Place, *, preview: bool = False) -> str:
    """The page as HTML. With ``preview``, a page that does not poll."""
    meta = page_meta.for_blog_page(snapshot, page, place, preview=preview)
    context = {
        "meta": meta,
        "title": meta["title"],
        "blog": snapshot.blog,
        "head": snapshot.head,
        "about": snapshot.about,
        "page": page,
        "place": place,
        "is_open": not page.newer and not place.before,
        "interval": settings.FOLLOW_SECONDS,
        "stream": settings.OFFER_STREAM,
        "preview": preview,
    }
    return get_template("liveblogs/blog.html").render(context)


def _render_delta(snapshot: BlogSnapshot, since: int, interval: int) -> str:
    context = {
        "delta": timeline.delta(snapshot, since),
        "blog": snapshot.blog,
        "since": since,
        "ends": snapshot.fragment.first_page_ends,
        "interval": interval,
    }
    return get_template("liveblogs/changes.html").render(context)


def _tag(slug: str) -> str:
    return f"blog-{slug}"


def _bad_request(sentence: str) -> HttpResponse:
    return HttpResponseBadRequest(sentence + "\n", content_type="text/plain; charset=utf-8")


# The front page and bylines
# --------------------------


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All blogs: first the live ones, then the ended ones."""
    number = parse_id(request.GET.get("page", "1"))
    if not number:
        return _bad_request(gettext("“page” must be a number, from 1."))
    return cached_response(
        request, f"home.{timeline.front_key()}.{number}", lambda: _render_home(number), tags=["home"]
    )


def _render_home(number: int) -> str:
    front = timeline.front_page(number)
    if number > 1 and not front.past:
        raise Http404
    meta = page_meta.for_home(number)
    return get_template("liveblogs/home.html").render({"front": front, "meta": meta, "title": meta["title"]})


@require_safe
def byline_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A byline and its latest posts."""
    byline = get_object_or_404(Byline.objects.select_related("portrait"), slug=slug)
    posts = timeline.posts_by(byline)
    if posts is None:
        raise Http404
    meta = page_meta.for_byline(byline)
    context = {"byline": byline, "posts": posts, "meta": meta, "title": meta["title"]}
    html = get_template("liveblogs/byline.html").render(context)
    # The HTML is its own key: it depends on many blogs, and is seldom requested.
    tags = [f"byline-{slug}", *sorted({_tag(post.blog.slug) for post in posts})]
    return cached_response(request, f"byline.{release()}.{html}", lambda: html, tags=tags)


# Times and errors
# ----------------


@require_safe
def zone_names(request: HttpRequest, key: str) -> HttpResponse:
    """The short names of a time zone by its offsets, for readers who switch to their own zone. No query."""
    if not times.is_zone(key):
        raise Http404
    return cached_response(
        request,
        f"zone.{key}.{release()}",
        lambda: json.dumps(times.zone_names(ZoneInfo(key))),
        tags=["zones"],
        content_type="application/json",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what does not exist and for what readers may not see."""
    html = get_template("404.html").render({"title": gettext("Page not found")})
    return HttpResponse(html, status=404)
