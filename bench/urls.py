"""The baselines, on the same server and behind the same middleware, and Newsroom's pages without caches."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from liveblogs import timeline
from liveblogs.delivery.cache import clear_local_cache
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
    """A blog's page in a process that has cached nothing of the blog."""
    clear_local_cache()
    timeline.invalidate()
    return pages.blog_page(request, slug)


def cold_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """A delta in such a process."""
    clear_local_cache()
    timeline.invalidate()
    return pages.changes(request, slug)


urlpatterns = [
    path("bench/constant/<int:size>/", constant),
    path("bench/unchanged/", unchanged),
    path("bench/cold/<slug:slug>/", cold_page),
    path("bench/cold-changes/<slug:slug>/", cold_changes),
    path("", include("newsroom.urls")),
]

handler404 = "liveblogs.views.pages.not_found"
