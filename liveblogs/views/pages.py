"""The public pages: each asks ``timeline`` what is visible and answers through ``answers``."""

import json
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.template.loader import get_template
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from .. import timeline
from ..delivery import http, polling
from ..models import Byline, Post
from ..models.post import is_public_id
from ..rendering.release import release
from ..text import times
from ..timeline import Coverage, Page, Place
from . import meta as page_meta

#: Where most readers begin.
FIRST = Place()
#: Numbers in an address have at most this many digits.
LONGEST_NUMBER = 18


# Blogs
# -----


@require_safe
def blog_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A blog: its first page, or the one before or after a post."""
    covered = _coverage(slug)
    place = FIRST
    if request.META.get("QUERY_STRING"):  # most readers ask for the first page: nothing to take apart
        before, after = request.GET.get("before", ""), request.GET.get("after", "")
        if before and after:
            return _bad_cursor(gettext("A page stands before one post or after one, not both."))
        for cursor in (before, after):
            if cursor and not is_public_id(cursor):
                return _bad_cursor(gettext("“before” and “after” take the address of a post."))
        place = Place(oldest_first=request.GET.get("sort") == "oldest", before=before, after=after)
    return http.respond(
        request,
        _page_key(covered, place),
        lambda: _render_page(covered, place),
        tags=[_tag(slug)],
    )


@require_safe
def post_page(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """A permalink: that post first, then what stands around it in the blog."""
    covered = _coverage(slug)
    if not is_public_id(public_id):
        raise Http404
    place = Place(post=public_id)
    return http.respond(
        request,
        _page_key(covered, place),
        lambda: _render_page(covered, place),
        tags=[_tag(slug), f"post-{public_id}"],
    )


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """The delta: what changed for readers since a revision. Where a blog was taken down, open pages are told so.

    ``heard`` is a revision that the stream told of: one that this process may not have seen yet. Caches keep the
    answer apart from that to the same question before.
    """
    cursor, heard = request.GET.get("since", ""), request.GET.get("heard", "")
    since = int(cursor) if _is_number(cursor) else None
    covered = timeline.coverage(slug, known=max(since or 0, int(heard) if _is_number(heard) else 0))
    if covered is None:
        if not timeline.was_taken_down(slug):
            raise Http404
        gone = HttpResponse(get_template("liveblogs/changes.html").render({"slug": slug}), status=404)
        return http.told_to_caches(gone, tags=[_tag(slug)])
    if since is None:
        return _bad_cursor(gettext("“since” takes the number of a revision."))
    interval = polling.interval()
    return http.respond(
        request,
        f"changes.{covered.key}.{since}.{interval}",
        lambda: _render_delta(covered, since, interval),
        tags=[_tag(slug)],
    )


def _coverage(slug: str) -> Coverage:
    covered = timeline.coverage(slug)
    if covered is None:
        raise Http404
    return covered


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER


def _tag(slug: str) -> str:
    return f"blog-{slug}"


def _bad_cursor(sentence: str) -> HttpResponse:
    return HttpResponseBadRequest(sentence + "\n", content_type="text/plain; charset=utf-8")


def _page_key(covered: Coverage, place: Place) -> str:
    return f"page.{covered.key}.{place.key}.{settings.FOLLOW_SECONDS}.{settings.OFFER_STREAM}"


def _render_page(covered: Coverage, place: Place) -> str:
    try:
        page = timeline.page(covered, place)
    except timeline.UnknownPost:
        raise Http404 from None
    return _page_html(covered, page, place)


def _page_html(covered: Coverage, page: Page, place: Place, *, preview: bool = False) -> str:
    """The page as HTML; with ``preview``, for an editor's eyes: nothing on it follows along."""
    meta = page_meta.of_blog_page(covered, page, place, preview=preview)
    context = {
        "meta": meta,
        "title": meta["title"],
        "blog": covered.blog,
        "head": covered.head,
        "about": covered.about,
        "page": page,
        "place": place,
        "is_open": not page.newer and not place.before,
        "interval": settings.FOLLOW_SECONDS,
        "stream": settings.OFFER_STREAM,
        "preview": preview,
    }
    return get_template("liveblogs/blog.html").render(context)


def _render_delta(covered: Coverage, since: int, interval: float) -> str:
    return get_template("liveblogs/changes.html").render(
        {
            "delta": timeline.delta(covered, since),
            "blog": covered.blog,
            "since": since,
            "ends": covered.fragment.first_page_ends,
            "interval": interval,
        }
    )


def preview_page(request: HttpRequest, post: Post) -> HttpResponse:
    """A post that readers do not see yet, on the page as they would see it. The caller checks who is asking."""
    response = HttpResponse(_preview_html(post))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _preview_html(post: Post) -> str:
    covered, page = timeline.preview(post)
    return _page_html(covered, page, Place(post=post.public_id), preview=True)


# The front page and bylines
# --------------------------


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All blogs: live now, then those that ended."""
    number = request.GET.get("page", "1")
    if not (_is_number(number) and int(number) > 0):
        return _bad_cursor(gettext("“page” takes a number from 1."))
    return http.respond(
        request,
        f"home.{timeline.front_key()}.{int(number)}",
        lambda: _render_home(int(number)),
        tags=["home"],
    )


def _render_home(number: int) -> str:
    front = timeline.front(number)
    if number > 1 and not front.past:
        raise Http404
    meta = page_meta.of_home(number)
    return get_template("liveblogs/home.html").render({"front": front, "meta": meta, "title": meta["title"]})


@require_safe
def byline_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Who a byline is, and their latest posts."""
    byline = get_object_or_404(Byline.objects.select_related("portrait"), slug=slug)
    posts = timeline.posts_by(byline)
    if posts is None:
        raise Http404
    meta = page_meta.of_byline(byline)
    html = get_template("liveblogs/byline.html").render(
        {"byline": byline, "posts": posts, "meta": meta, "title": meta["title"]}
    )
    # The bytes are their own key: a byline's page hangs on many blogs and is seldom asked for.
    tags = [f"byline-{slug}", *sorted({_tag(post.blog.slug) for post in posts})]
    return http.respond(request, f"byline.{release()}.{html}", lambda: html, tags=tags)


# Times
# -----


@require_safe
def zone_names(request: HttpRequest, key: str) -> HttpResponse:
    """The short names of a time zone by its offsets, for readers who switch times to their own zone. No query."""
    if not times.is_zone(key):
        raise Http404
    return http.respond(
        request,
        f"zone.{key}.{release()}",
        lambda: json.dumps(times.zone_names(ZoneInfo(key))),
        tags=["zones"],
        content_type="application/json",
    )


# Errors
# ------


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere, or to something that readers may not see: nobody can tell which."""
    html = get_template("404.html").render({"title": gettext("Page not found")})
    return HttpResponse(html, status=404)
