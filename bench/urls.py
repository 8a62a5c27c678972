"""The baselines that Django answers, behind the site's middleware and without any, and Newsroom's pages uncached."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from liveblogs.views import pages


def constant(request: HttpRequest, size: int) -> HttpResponse:
    """The fastest Django view: a constant response of this many bytes."""
    return HttpResponse(_bytes(size))


@lru_cache
def _bytes(size: int) -> bytes:
    return b"x" * size


def unchanged(request: HttpRequest) -> HttpResponse:
    """The fastest 304."""
    return HttpResponse(status=304)


def cold_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A blog's page, rendered anew: the front cache leaves addresses below /admin/ alone."""
    return pages.blog_page(request, slug)


def cold_changes(request: HttpRequest, slug: str) -> HttpResponse:
    return pages.changes(request, slug)


urlpatterns = [
    path("bench/constant/<int:size>/", constant),
    path("bench/unchanged/", unchanged),
    path("admin/bench/constant/<int:size>/", constant),
    path("admin/bench/cold/<slug:slug>/", cold_page),
    path("admin/bench/cold-changes/<slug:slug>/", cold_changes),
    path("", include("newsroom.urls")),
]

handler404 = "liveblogs.views.pages.not_found"
