"""What is typed and not saved yet, and whether its writer is still logged in."""

import json
import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from ...models import Autosave, Blog, Post

#: Characters of typed text that are kept for each place.
TYPED_AT_MOST = 1_000_000
#: Texts that are kept for each user: the latest.
TEXTS_AT_MOST = 20
#: A place is a post's form, or a new one by its key: two composers that are open at once keep two texts.
PLACE = re.compile(r"new-[\w-]{1,27}|post-([0-9]{1,17})", re.ASCII)


@require_http_methods(["GET", "POST"])
def typed_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """Keep what is typed at one place of the desk, or give it back; an empty text lets go of it."""
    if request.method == "GET":
        place = _storable(request.GET.get("place", ""))
        kept = get_object_or_404(Autosave, user=request.user.pk, blog=blog, place=place)
        return JsonResponse({"fields": kept.fields})
    place = request.POST.get("place", "")
    found = PLACE.fullmatch(place)
    if found is None:
        return JsonResponse({"error": gettext("There is no such place.")}, status=400)
    text = request.POST.get("fields", "")
    if not text:
        Autosave.objects.filter(user=request.user.pk, blog=blog, place=place).delete()
        return JsonResponse({"kept": False})
    if len(text) > TYPED_AT_MOST:
        return JsonResponse({"error": gettext("This draft is too long to save.")}, status=400)
    fields = _fields(text)
    if fields is None:
        return JsonResponse({"error": gettext("This draft can't be read.")}, status=400)
    post = Post.objects.filter(blog=blog, pk=int(found[1])).first() if found[1] else None
    Autosave.objects.update_or_create(
        user_id=request.user.pk or 0, blog=blog, place=place, defaults={"fields": fields, "post": post}
    )
    latest = Autosave.objects.filter(user=request.user.pk).order_by("-updated_at", "-pk").values_list("pk", flat=True)
    if outdated := list(latest[TEXTS_AT_MOST:]):
        Autosave.objects.filter(pk__in=outdated).delete()
    return JsonResponse({"kept": True})


def _fields(text: str) -> dict[str, list[str]] | None:
    """The texts by the names of their fields, without what no database keeps; nothing for anything else."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    if not all(isinstance(values, list) and all(isinstance(one, str) for one in values) for values in fields.values()):
        return None
    return {_storable(name): [_storable(one) for one in values] for name, values in fields.items()}


def _storable(text: str) -> str:
    """Without NUL characters and halves of characters, which nobody can have typed."""
    return text.replace("\0", "").encode(errors="ignore").decode()


@require_GET
def session_view(request: HttpRequest, blog: Blog) -> HttpResponse:
    """Who is logged in, and a token that holds for them: asked after a login in another tab."""
    return JsonResponse({"user": request.user.pk, "token": get_token(request)})
