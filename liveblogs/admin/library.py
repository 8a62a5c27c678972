"""The library: every picture there is, to look for one and to pick it again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..models import Blog, Image, Post, PostImage
from ..pictures import markup

PER_PAGE = 48
#: Posts that are named under a picture; the others are counted.
NAMED = 3


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Keywords"), required=False, max_length=200)
    credit = forms.CharField(label=_("Credit"), required=False, max_length=200)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Card:
    """A picture in the grid, and where it stands."""

    image: Image
    thumbnail: str
    change: str
    lacks: list[str]
    uses: list[str]

    @property
    def as_json(self) -> str:
        return json.dumps(as_json(self.image))


@require_safe
def library(
    request: HttpRequest,
    site: AdminSite,
    named: QuerySet[Post] | None = None,
    blogs: QuerySet[Blog] | None = None,
) -> HttpResponse:
    """The grid with its search; with ``picker`` the part of it that a dialog shows. Four queries for any page.

    Of the posts that show a picture those among ``named`` are named, by default all; the others are counted. Of the
    blogs whose cover it is, those among ``blogs``.
    """
    if not request.user.has_perm("liveblogs.view_image"):
        raise PermissionDenied
    form = SearchForm(request.GET)
    is_valid = form.is_valid()
    number = (is_valid and form.cleaned_data["page"]) or 1
    found = search(form.cleaned_data) if is_valid else Image.objects.none()
    start = (number - 1) * PER_PAGE
    cards = [_card(image) for image in with_uses(found, named, blogs)[start : start + PER_PAGE + 1]]
    context = {
        "form": form,
        "cards": cards[:PER_PAGE],
        "newer": _address(request, number - 1) if number > 1 else "",
        "older": _address(request, number + 1) if len(cards) > PER_PAGE else "",
        "is_searched": any(form.data.get(name) for name in ("q", "credit", "since", "until")),
    }
    if "picker" in request.GET:
        return TemplateResponse(request, "admin/liveblogs/image/library.html#grid", context | {"is_picker": True})
    context |= {"title": _("Picture library"), "opts": Image._meta, **site.each_context(request)}
    return TemplateResponse(request, "admin/liveblogs/image/library.html", context)


def search(wanted: dict[str, Any]) -> QuerySet[Image]:
    """Pictures whose caption, alt text or credit line has every word, by credit and by the days they came in on."""
    found = Image.objects.order_by("-created_at", "-pk")
    for word in wanted["q"].split():
        found = found.filter(Q(caption__icontains=word) | Q(alt__icontains=word) | Q(credit__icontains=word))
    if wanted["credit"]:
        found = found.filter(credit__icontains=wanted["credit"])
    if wanted["since"]:
        found = found.filter(created_at__gte=_moment(wanted["since"], time.min))
    if wanted["until"]:
        found = found.filter(created_at__lte=_moment(wanted["until"], time.max))
    return found


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def with_uses(
    found: QuerySet[Image], named: QuerySet[Post] | None = None, blogs: QuerySet[Blog] | None = None
) -> QuerySet[Image]:
    """With the latest posts that show each picture, how many there are, and the blogs and bylines."""
    uses = PostImage.objects.filter(image=OuterRef("pk")).order_by().values("image").annotate(n=Count("pk"))
    latest = PostImage.objects.select_related("post__blog").order_by("-pk")
    if named is not None:
        latest = latest.filter(post__in=named)
    latest = latest[:NAMED]
    return found.annotate(use_count=Subquery(uses.values("n"))).prefetch_related(
        Prefetch("uses", latest, to_attr="latest_uses"), Prefetch("cover_of", blogs), "portrait_of"
    )


def _card(image: Any) -> Card:
    return Card(
        image=image,
        thumbnail=markup.thumbnail(image),
        change=change_url(image),
        lacks=image.missing_fields(),
        uses=list(_uses(image)),
    )


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


def change_url(image: Image) -> str:
    try:
        return reverse("admin:liveblogs_image_change", args=[image.pk])
    except NoReverseMatch:  # an admin without pictures
        return ""
