"""The admin as a whole: its name, and what stands first on its front page."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from .. import permissions
from ..models import Blog, Notice
from ..publishing import review
from .base import whole_number

ORDER = ["Blog", "Post", "Image", "Byline"]


def in_order(request: HttpRequest, app_label: str | None = None) -> list[Any]:
    """The lists of the front page: ours before users and groups, and in the order in which they are used."""
    apps = list(admin.AdminSite.get_app_list(admin.site, request, app_label))
    for app in apps:
        if app["app_label"] == "liveblogs":
            app["models"].sort(key=lambda model: (*ORDER, model["object_name"]).index(model["object_name"]))
    return sorted(apps, key=lambda app: app["app_label"] != "liveblogs")


def with_news(request: HttpRequest) -> dict[str, Any]:
    """What every page of the admin knows: the desks of live blogs, how many posts wait, what this writer is told."""
    context: dict[str, Any] = admin.AdminSite.each_context(admin.site, request)
    if request.user.is_authenticated and request.user.is_staff:
        context["waiting_for_review"] = review.awaiting_review(request.user).count()
        context["desks"] = (
            permissions.blogs_for(request.user).filter(status=Blog.Status.LIVE).order_by("-updated_at", "-pk")[:8]
        )
        context["notices"] = review.unseen_notices(request.user)[:5]
    return context


def seen_view(request: HttpRequest) -> HttpResponse:
    """The reader of a notice has seen it."""
    number = whole_number(request.POST.get("notice", ""))
    if request.method == "POST" and number is not None:
        Notice.objects.filter(user=request.user.pk, pk=number).update(is_seen=True)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if is_ours else reverse("admin:index"))


def with_own_urls() -> list[Any]:
    """Ours, and Django's without the one that tells anybody the address of any row, by its number alone."""
    return [
        path("notices/seen/", admin.site.admin_view(seen_view), name="notice_seen"),
        *(url for url in admin.AdminSite.get_urls(admin.site) if getattr(url, "name", "") != "view_on_site"),
    ]


admin.site.get_urls = with_own_urls  # type: ignore[method-assign]
admin.site.each_context = with_news  # type: ignore[method-assign]
admin.site.site_header = settings.SITE_NAME
admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("What would you like to do?")
admin.site.get_app_list = in_order  # type: ignore[method-assign]
