"""The admin as a whole: its name, what every page of it knows, and the order of its front page."""

from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import permissions
from ..models import Blog, Notice
from ..publishing import review
from ..text.numbers import parse_id
from . import resuming

#: Our models on the front page, in the order in which they are used.
ORDER = ["Blog", "Post", "Image", "Byline"]


class NewsroomAdminSite(AdminSite):
    site_header = site_title = settings.SITE_NAME
    index_title = _("What would you like to do?")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Blogs, posts and pictures before users and groups."""
        apps = list(super().get_app_list(request, app_label))
        for app in apps:
            if app["app_label"] == "liveblogs":
                app["models"].sort(key=lambda model: (*ORDER, model["object_name"]).index(model["object_name"]))
        return sorted(apps, key=lambda app: app["app_label"] != "liveblogs")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds the desks of live blogs, the number of posts that wait for review, and this user's notices."""
        context = super().each_context(request)
        if request.user.is_authenticated and request.user.is_staff:
            blogs = permissions.blogs_for(request.user).filter(status=Blog.Status.LIVE)
            context["desks"] = blogs.order_by("-updated_at", "-pk")[:8]
            context["waiting_for_review"] = review.awaiting_review(request.user).count()
            context["notices"] = review.unseen_notices(request.user)[:5]
        return context

    # Forms that arrive without the session of who opened them

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_desk = "X-Desk" in request.headers  # it logs in by itself
            if not resuming.is_someone_elses(request) or (is_desk and not request.user.is_authenticated):
                return inner(request, *args, **kwargs)
            return resuming.desk_answer() if is_desk else resuming.answer(request)

        return update_wrapper(outer, inner)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Log in, and go on with the form that the login carries, if it does."""
        fields = resuming.carried(request)
        if fields is None:
            return super().login(request, extra_context)
        response = super().login(request, {**(extra_context or {}), **resuming.login_context(fields)})
        if not isinstance(response, HttpResponseRedirect):
            return response
        return resuming.continue_with(request, fields, response.url)

    def get_urls(self) -> list[Any]:
        """Without Django's ``view_on_site``, which tells the address of any row by its number alone."""
        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [
            path("notices/seen/", self.admin_view(self.notice_seen_view), name="notice_seen"),
            path("session/", session_view, name="session"),
            *urls,
        ]

    def notice_seen_view(self, request: HttpRequest) -> HttpResponse:
        """Mark one of the user's own notices as seen."""
        number = parse_id(request.POST.get("notice", ""))
        if request.method == "POST" and number is not None:
            Notice.objects.filter(user=request.user.pk, pk=number).update(is_seen=True)
        back = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return HttpResponseRedirect(back if is_ours else reverse("admin:index"))


@never_cache
@require_safe
def session_view(request: HttpRequest) -> HttpResponse:
    """204 to who is logged in and may use the admin, otherwise 401. A web server asks before it takes a large body."""
    return HttpResponse(status=204 if request.user.is_active and request.user.is_staff else 401)
