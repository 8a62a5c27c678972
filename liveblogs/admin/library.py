"""The picture library: the page to look through it, uploads into it, and the field that picks a picture from it."""

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.forms import Script
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .. import permissions
from ..models import Image, PostImage
from ..permissions import AnyUser
from ..pictures import cleaning, files, markup
from ..text.numbers import parse_id
from .display import change_url, preview

logger = logging.getLogger(__name__)

PER_PAGE = 48
#: Posts that are named under a picture; the others are counted.
NAMED = 3


def as_json(image: Image) -> dict[str, Any]:
    """A picture as scripts know it. ``lacks`` names what readers need and it doesn't have."""
    return {
        "id": image.pk,
        "thumbnail": markup.thumbnail(image),
        "preview": markup.shown(image).src,
        "name": str(image),
        "alt": image.alt,
        "caption": image.caption,
        "credit": image.credit,
        "width": image.width,
        "height": image.height,
        "lacks": image.missing_fields(),
        "change": change_url(image),
    }


# The page
# --------


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Keywords"), required=False, max_length=200)
    credit = forms.CharField(label=_("Credit"), required=False, max_length=200)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The grid with its search; with ``picker`` the part of it that a dialog shows. Four queries for any page.

    Names the posts and blogs that show a picture only where this editor works; further posts are counted.
    """
    if not request.user.has_perm("liveblogs.view_image"):
        raise PermissionDenied
    form = SearchForm(request.GET)
    is_valid = form.is_valid()
    number = (is_valid and form.cleaned_data["page"]) or 1
    found = search(form.cleaned_data) if is_valid else Image.objects.none()
    start = (number - 1) * PER_PAGE
    cards = [_card(image) for image in _with_uses(found, request.user)[start : start + PER_PAGE + 1]]
    context = {
        "form": form,
        "cards": cards[:PER_PAGE],
        "newer": _address(request, number - 1) if number > 1 else "",
        "older": _address(request, number + 1) if len(cards) > PER_PAGE else "",
        "is_searched": any(form.data.get(name) for name in ("q", "credit", "since", "until")),
    }
    if "picker" in request.GET:
        return TemplateResponse(request, "admin/liveblogs/image/library.html#grid", context | {"is_picker": True})
    context |= {"title": _("Picture library"), "opts": Image._meta, **admin.site.each_context(request)}
    return TemplateResponse(request, "admin/liveblogs/image/library.html", context)


def search(wanted: dict[str, Any]) -> QuerySet[Image]:
    """Pictures whose caption, alt text or credit line has every word, by credit and by the days they came in on."""
    found = Image.objects.order_by("-created_at", "-pk")
    for word in wanted["q"].split():
        found = found.filter(Q(caption__icontains=word) | Q(alt__icontains=word) | Q(credit__icontains=word))
    if wanted["credit"]:
        found = found.filter(credit__icontains=wanted["credit"])
    if wanted["since"]:
        found = found.filter(created_at__date__gte=wanted["since"])
    if wanted["until"]:
        found = found.filter(created_at__date__lte=wanted["until"])
    return found


def _with_uses(found: QuerySet[Image], user: AnyUser) -> QuerySet[Image]:
    """With the latest posts that show each picture, how many there are, and the blogs and bylines."""
    uses = PostImage.objects.filter(image=OuterRef("pk")).order_by().values("image").annotate(n=Count("pk"))
    latest = PostImage.objects.select_related("post__blog").order_by("-pk")
    return found.annotate(use_count=Subquery(uses.values("n"))).prefetch_related(
        Prefetch("uses", latest.filter(post__in=permissions.posts_for(user))[:NAMED], to_attr="latest_uses"),
        Prefetch("cover_of", permissions.blogs_for(user)),
        "portrait_of",
    )


def _card(image: Any) -> dict[str, Any]:
    known = as_json(image)
    return known | {"image": image, "uses": list(_uses(image)), "json": json.dumps(known)}


def _uses(image: Any) -> Iterator[str]:
    """Where it stands, each as it follows the word "used"."""
    for use in image.latest_uses:
        yield gettext("in “%(post)s”") % {"post": use.post}
    if further := (image.use_count or 0) - len(image.latest_uses):
        yield ngettext("in %(count)d more post", "in %(count)d more posts", further) % {"count": further}
    for blog in image.cover_of.all():
        yield gettext("as cover of “%(blog)s”") % {"blog": blog}
    for byline in image.portrait_of.all():
        yield gettext("as portrait of %(byline)s") % {"byline": byline}


def _address(request: HttpRequest, number: int) -> str:
    asked = request.GET.copy()
    asked["page"] = str(number)
    return f"?{asked.urlencode()}"


# Uploads
# -------


@never_cache
@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """Take the one ``file`` of this request: 201 with the new picture, 200 with the one that was here already.

    Whatever goes wrong is answered with one sentence as ``error``, and nothing is kept.
    """
    if not (request.user.is_active and request.user.is_staff):
        return _refusal(gettext("You're logged out. Log in again in another tab, then try again."), 401)
    if not request.user.has_perm("liveblogs.add_image"):
        return _refusal(gettext("You don't have permission to add pictures."), 403)
    sent = request.FILES.getlist("file")
    if len(sent) != 1:
        return _refusal(gettext("Upload one picture at a time."), 400)
    if known := _known(sent[0]):
        return JsonResponse(as_json(known) | {"known": True})
    return _save_upload(sent[0], by=request.user)


def _save_upload(file: UploadedFile, *, by: AnyUser) -> JsonResponse:
    name = file.name or ""
    image = Image(file=file, created_by_id=by.pk)
    try:
        image.save()
    except ValidationError as refused:
        is_busy = any(error.code == "busy" for error in refused.error_list)
        return _refusal(" ".join(refused.messages), 503 if is_busy else 400)
    except (files.NotStored, DatabaseError):
        logger.exception("The picture %s could not be saved", cleaning.shown_name(name))
        return _refusal(not_stored(name), 503)
    image.refresh_from_db()  # with what was made of it after the commit
    return JsonResponse(as_json(image) | {"known": False}, status=201)


def not_stored(name: str) -> str:
    """What an editor is told when the store or the database did not take a picture."""
    return gettext("“%(name)s” couldn't be saved. Try again in a moment.") % {"name": cleaning.shown_name(name)}


def _known(file: UploadedFile) -> Image | None:
    """The picture that was made of the very same file."""
    if (file.size or 0) > cleaning.MAX_BYTES:
        return None  # it will be refused
    checksum = hashlib.sha256()
    for chunk in file.chunks():
        checksum.update(chunk)
    return Image.objects.filter(checksum=checksum.hexdigest()).order_by("pk").first()


def _refusal(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


# The field
# ---------


class PictureSelect(AutocompleteSelect):
    """The admin's chooser with what is chosen beside it, and the library. One query for what is chosen."""

    class Media:
        css = {"all": ["liveblogs/styles/admin/uploads.css", "liveblogs/styles/admin/library.css"]}
        js = [Script("liveblogs/library.js", type="module"), Script("liveblogs/pictures.js", type="module")]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        number = parse_id(str(value or ""))
        return format_html(
            "<picture-field>{}{}{}</picture-field>",
            super().render(name, value, attrs, renderer),
            render_to_string("admin/liveblogs/image/picker.html"),
            preview(Image.objects.filter(pk=number).first() if number is not None else None, "field-picture"),
        )
