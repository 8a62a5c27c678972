"""A form that is sent after its session ended, or after somebody else logged in: what was typed is kept.

Each form names who opened it (``OPENER``). One that arrives without their session is answered with a page that
carries its fields through the login, and then sends them to the same address. Nothing is kept on the server. Only
forms of this site are carried, so that no other site has an editor send something.
"""

import json
import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import csrf
from django.views.decorators.cache import never_cache

from ..text.numbers import parse_id

#: The field that holds the primary key of the user for whom a form was rendered.
OPENER = "_opener"
#: The login form's field that holds the fields of another form, as JSON.
CARRIED = "_carried"
#: Tells a form to come back with what was sent, and not to save it.
RESTORE = "_restore"

_PASSWORD = re.compile(r"password\d?$")

type Fields = dict[str, list[str]]


def is_someone_elses(request: HttpRequest) -> bool:
    """Whether this is a form that another user opened, or one whose session has ended."""
    return request.method == "POST" and request.POST.get(OPENER, str(request.user.pk)) != str(request.user.pk)


@never_cache
def answer(request: HttpRequest) -> HttpResponse:
    """The answer to a form of this site that cannot be saved as it arrived: with its fields, and the way on."""
    sent = dict(request.POST.lists())
    fields: Fields = {name: values for name, values in sent.items() if not _is_left_out(name)}
    has_files = any(request.FILES.values()) or getattr(request, "has_skipped_files", False)
    if has_files or any(values != [""] for name, values in sent.items() if _PASSWORD.search(name)):
        fields[RESTORE] = ["yes"]
    return continue_with(request, fields, request.get_full_path())


def continue_with(request: HttpRequest, fields: Fields, address: str) -> HttpResponse:
    """Ask who opened the form to log in, or, once they have, whether to send it to its address."""
    if fields.get(OPENER) != [str(request.user.pk)]:
        return _ask_to_log_in(request, fields, address)
    context = admin.site.each_context(request) | {
        "title": _("Continue where you left off"),
        "address": address,
        "fields": [(name, value) for name, values in fields.items() for value in values],
        "is_incomplete": RESTORE in fields,
    }
    return TemplateResponse(request, "admin/liveblogs/resume.html", context, status=409)


def carried(request: HttpRequest) -> Fields | None:
    """The fields that this login carries."""
    try:
        fields = json.loads(request.POST.get(CARRIED, ""))
    except (ValueError, RecursionError):
        return None
    is_valid = isinstance(fields, dict) and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values) for values in fields.values()
    )
    return fields if is_valid else None


def login_context(fields: Fields) -> dict[str, Any]:
    """What the login page shows and sends on. One query."""
    number = parse_id(fields.get(OPENER, [""])[0])
    opener = get_user_model().objects.filter(pk=number).first() if number else None
    name = opener.get_username() if opener else ""
    return {"carried": json.dumps(fields), "opener": name, "is_incomplete": RESTORE in fields}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form without a valid token: after a login in another tab it has an older one."""
    origin = request.headers.get("Origin")
    is_ours = origin is not None and reason != REASON_BAD_ORIGIN % origin
    if is_ours and OPENER in request.POST and "X-Desk" not in request.headers:
        return answer(request)
    if is_ours and (fields := carried(request)) is not None:  # the login page's own token is an older one
        return continue_with(request, fields, LoginView().get_redirect_url(request) or reverse("admin:index"))
    return csrf.csrf_failure(request, reason)


def desk_answer() -> HttpResponse:
    """For the desk, which keeps what was typed by itself."""
    error = gettext("Not saved: somebody else is logged in now. Log in again to save your text.")
    return JsonResponse({"error": error}, status=409)


def _is_left_out(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or (name != "usable_password" and bool(_PASSWORD.search(name)))


def _ask_to_log_in(request: HttpRequest, fields: Fields, address: str) -> HttpResponse:
    login = login_context(fields)
    context = admin.site.each_context(request) | {
        "title": _("Log in"),
        "subtitle": None,
        "has_permission": False,
        "user": AnonymousUser(),
        "form": AdminAuthenticationForm(request, initial={"username": login["opener"]}),
        "app_path": f"{reverse('admin:login')}?{urlencode({'next': address})}",
        "next": address,
        "other_user": request.user.get_username() if request.user.is_authenticated else "",
    }
    return TemplateResponse(request, "admin/login.html", context | login, status=403)
