"""The public pages: each asks ``timeline`` what is visible and responds through ``delivery``."""

import json
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.template.loader import get_template
from django.urls import Resolver404, resolve
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from .. import timeline
from ..delivery import polling
from ..delivery.http import FixedVersion, respond, respond_moved, respond_not_found
from ..models import Byline, FormerByline, Post
from ..models.post import is_public_id
from ..rendering.release import release
from ..text import times
from ..text.numbers import parse_id
from ..timeline import BlogSnapshot, FrontState, Page, Place
from . import meta as page_meta

#: What a sentence puts after an address, and programs take for its end. No address of a page ends with any of it.
AFTER_ADDRESS = " \t\r\n/.,;:!?'\"<>()[]{}*`|\\«»‹›“”„‘’‚…"

#: No list of blogs has more pages. The first row of a later page could be a number that no database takes.
LAST_PAGE = 1_000_000


# Blogs
# -----


@require_safe
def blog_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A blog: its first page, or the one before or after a post."""
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    if before and after:
        return _bad_request(gettext("Use “before” or “after”, not both."))
    for cursor in (before, after):
        if cursor and not is_public_id(cursor):
            return _bad_request(gettext("“before” and “after” must be the public id of a post."))
    place = Place(oldest_first=request.GET.get("sort") == "oldest", before=before, after=after)
    return _place_response(request, slug, place, tags=[_tag(slug)])


@require_safe
def post_page(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """A permalink: that post first, then the posts around it."""
    if not is_public_id(public_id):
        raise Http404
    return _place_response(request, slug, Place(post=public_id), tags=[_tag(slug), f"post-{public_id}"])


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """The delta: what changed for readers since a revision. For a blog that was taken down, a 404 that says so.

    ``heard`` is a revision that the stream announced. It only makes the address another one, so that no cache answers
    with the delta from before.
    """
    since = parse_id(request.GET.get("since", ""))
    if since is None:
        return _bad_request(gettext("“since” must be the number of a revision."))
    try:
        return respond(
            request,
            partial(timeline.snapshot, slug),
            lambda snapshot: _render_delta(snapshot, since),
            key=lambda snapshot: f"changes.{snapshot.key}.{since}.{polling.interval()}",
            tags=[_tag(slug)],
        )
    except Http404:
        if not timeline.was_taken_down(slug):
            raise
        html = get_template("liveblogs/changes.html").render({"slug": slug})
        return respond_not_found(request, html, tags=[_tag(slug)])


def preview_page(request: HttpRequest, post: Post) -> HttpResponse:
    """A post that readers do not see yet, on the page as they would see it. The caller checks permissions."""
    snapshot, page = timeline.preview(post)
    response = HttpResponse(_render_page(snapshot, page, Place(post=post.public_id), preview=True))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _place_response(request: HttpRequest, slug: str, place: Place, *, tags: list[str]) -> HttpResponse:
    def render(snapshot: BlogSnapshot) -> str:
        try:
            page = timeline.page(snapshot, place)
        except timeline.UnknownPost:
            raise Http404 from None
        return _render_page(snapshot, page, place)

    return respond(
        request,
        partial(timeline.snapshot, slug),
        render,
        key=lambda snapshot: f"page.{snapshot.key}.{place.key}.{settings.FOLLOW_SECONDS}.{settings.OFFER_STREAM}",
        tags=tags,
    )


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


def _render_delta(snapshot: BlogSnapshot, since: int) -> str:
    context = {
        "delta": timeline.delta(snapshot, since),
        "blog": snapshot.blog,
        "since": since,
        "ends": snapshot.fragment.first_page_ends,
        "interval": polling.interval(),
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
    """All blogs: first the live ones, then the ended ones. With ``since``, whether that changed since a revision."""
    if "since" in request.GET:
        return _front_changes(request)
    number = parse_id(request.GET.get("page", "1"))
    if not number:
        return _bad_request(gettext("“page” must be a number, from 1."))
    if number > LAST_PAGE:
        raise Http404
    return respond(
        request,
        timeline.front_state,
        lambda state: _render_home(state, number),
        key=lambda state: f"home.{state.key}.{number}.{settings.FOLLOW_SECONDS}",
        tags=["home"],
    )


def _front_changes(request: HttpRequest) -> HttpResponse:
    """A delta without content: an open front page loads itself again if there is news."""
    since = parse_id(request.GET["since"])
    if since is None:
        return _bad_request(gettext("“since” must be the number of a revision."))
    template = get_template("liveblogs/front_changes.html")
    return respond(
        request,
        timeline.front_state,
        lambda state: template.render({"revision": state.revision, "since": since, "interval": polling.interval()}),
        key=lambda state: f"front.{state.key}.{since}.{polling.interval()}",
        tags=["home"],
    )


def _render_home(state: FrontState, number: int) -> str:
    front = timeline.front_page(number)
    if number > 1 and not front.past:
        raise Http404
    meta = page_meta.for_home(front)
    context = {
        "front": front,
        "revision": state.revision,
        "interval": settings.FOLLOW_SECONDS,
        "meta": meta,
        "title": meta["title"],
    }
    return get_template("liveblogs/home.html").render(context)


@require_safe
def byline_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A byline and its latest posts, which may be in any blog. The address of a merged byline redirects."""
    tags = [f"byline-{slug}", "home"]
    try:
        return respond(
            request,
            timeline.front_state,
            lambda _state: _render_byline(slug),
            key=lambda state: f"byline.{state.key}.{slug}",
            tags=tags,
        )
    except Http404:
        former = FormerByline.objects.select_related("byline").filter(slug=slug).first()
        if former is None or timeline.posts_by(former.byline) is None:
            raise
        return respond_moved(former.byline.get_absolute_url(), tags=tags)


def _render_byline(slug: str) -> str:
    byline = get_object_or_404(Byline.objects.select_related("portrait"), slug=slug)
    posts = timeline.posts_by(byline)
    if posts is None:
        raise Http404
    meta = page_meta.for_byline(byline)
    context = {"byline": byline, "posts": posts, "meta": meta, "title": meta["title"]}
    return get_template("liveblogs/byline.html").render(context)


# Times and errors
# ----------------


@require_safe
def zone_names(request: HttpRequest, key: str) -> HttpResponse:
    """The short names of a time zone by its offsets, for readers who switch to their own zone. No query."""
    if not times.is_zone(key):
        raise Http404
    return respond(
        request,
        lambda: FixedVersion(release()),
        lambda _version: json.dumps(times.zone_names(ZoneInfo(key))),
        key=lambda version: f"zone.{version.key}.{key}",
        tags=["zones"],
        content_type="application/json",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what does not exist and for what readers may not see.

    An address that took the end of a sentence along leads to itself without it.
    """
    match = request.resolver_match
    if match is None and (address := _without_punctuation(request.path_info)):
        return respond_moved(address, tags=["not-found"])
    html = get_template("404.html").render({"title": gettext("Page not found")})
    if match and match.namespace != "liveblogs":  # the admin's pages are not for caches
        return HttpResponse(html, status=404)
    slug = match.kwargs.get("slug") if match else None
    return respond_not_found(request, html, tags=[_tag(slug)] if slug else ["not-found"])


def _without_punctuation(path: str) -> str:
    """The path of a public page as it was before punctuation was added to its end. Empty if there is none."""
    clean = path.rstrip(AFTER_ADDRESS) + "/"
    try:
        match = resolve(clean)
    except Resolver404:
        return ""
    return clean if match.namespace == "liveblogs" else ""
