"""Pictures in the admin: the library."""

import json
from contextlib import AbstractContextManager
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import permissions, publishing
from ..models import Blog, Byline, Image
from ..permissions import AnyUser
from ..pictures import files, markup, renditions
from . import library
from .display import UsedIn, change_url, count_posts, links_and_rest, thumbnail
from .forms import OptimisticLockForm
from .history import VersionedAdmin

#: The crops that are shown beside a picture, by the names that editors know.
CROPS = {"card": _("Cover"), "square": _("Portrait, thumbnail"), "share": _("Shared page")}


class ImageForm(OptimisticLockForm):
    class Meta:
        model = Image
        fields = ["file", "alt", "caption", "credit", "focal_x", "focal_y"]
        widgets = {
            "file": forms.FileInput(attrs={"accept": "image/*"}),
            "alt": forms.Textarea(attrs={"rows": 2}),
            "caption": forms.Textarea(attrs={"rows": 2}),
            "focal_x": forms.NumberInput(attrs={"step": "0.01", "min": "0", "max": "1"}),
            "focal_y": forms.NumberInput(attrs={"step": "0.01", "min": "0", "max": "1"}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk and self.instance.is_in_use():
            for name in ("alt", "credit"):
                if name in cleaned and not cleaned[name]:
                    self.add_error(name, _("Required: a published or scheduled post uses this picture."))
        return cleaned


def update_image(image: Image, *, by: AnyUser) -> None:
    """Save a picture for a user who may change it. Asked under the lock: meanwhile it may have been published."""
    with publishing.lock_shared(image):
        if not permissions.may_change_image(by, image):
            raise publishing.ChangeRefused(
                _("Not saved: this picture is now used where you can't change it. Ask an editor of that blog.")
            )
        publishing.update_image(image, by=by)


@admin.register(Image)
class ImageAdmin(VersionedAdmin):
    form = ImageForm
    update = staticmethod(update_image)
    list_display = ["picture", "words", "credit", "size", "uses_count", "created_at"]
    list_display_links = ["picture", "words"]
    search_fields = ["caption", "alt", "credit"]
    change_list_template = "admin/liveblogs/image/change_list.html"
    search_help_text = _("Caption, alt text or credit")
    date_hierarchy = "created_at"
    list_per_page = 50
    version_fields = dict.fromkeys(["alt", "caption", "credit"], False)

    class Media:
        css = {"all": ["liveblogs/styles/admin/focal.css"]}
        js = [Script("liveblogs/focal.js", type="module")]

    def get_urls(self) -> list[URLPattern]:
        return [
            # Not behind admin_view, which would answer a script with the page for signing in.
            path("upload/", library.upload, name="liveblogs_image_upload"),
            path("library/", self.admin_site.admin_view(library.library), name="liveblogs_image_library"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        used = {
            "used": Count("uses"),
            "is_cover": Exists(Blog.objects.filter(cover=OuterRef("pk"))),
            "is_portrait": Exists(Byline.objects.filter(portrait=OuterRef("pk"))),
        }
        return super().get_queryset(request).annotate(**used).order_by("-created_at", "-pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["preview", "size", UsedIn(request.user, _describe_uses)]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        words = ["file", "alt", "caption", "credit"]
        if obj is None:
            return words
        hidden = ["seen_version"] if self.has_change_permission(request, obj) else []
        preview, size, used_in = self.get_readonly_fields(request, obj)
        return [preview, *words, ("focal_x", "focal_y"), size, used_in, *hidden]

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return permissions.may_change_image(request.user, obj)

    def why_locked(self, user: AnyUser, obj: Image) -> str:
        if not user.has_perm("liveblogs.change_image") and obj.created_by_id != user.pk:
            return ""
        return gettext("You can't change this picture: it is used in a blog or post that you can't edit.")

    def why_kept(self, obj: Image) -> str:
        return "" if obj.is_disposable() else gettext("This picture can't be deleted: it is in use.")

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and permissions.may_delete_image(request.user, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Withdrawn posts lose the picture; whether anything else uses it was asked before."""
        deleted, counts, lacked, _protected = super().get_deleted_objects(objs, request)
        return deleted, counts, lacked, []

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        if not publishing.delete_image(obj, by=request.user):
            raise PermissionDenied

    def stored_file(self, row: Image) -> AbstractContextManager[None]:
        return row.stored_file()

    def try_to_save(self, request: HttpRequest, form: Any, formsets: Any) -> HttpResponse | None:
        try:
            return super().try_to_save(request, form, formsets)
        except files.NotStored:
            form.add_error("file", library.not_stored(form.files["file"].name))
            return None

    def keep_files(self, form: Any, formsets: Any) -> None:
        if form.files.get("file") and "file" not in form.errors:
            form.add_error("file", _("This picture wasn't saved. Choose it again."))

    drop_files = keep_files

    @admin.display(description=_("picture"))
    def picture(self, image: Image) -> SafeString | str:
        return thumbnail(image)

    @admin.display(description=_("picture and focal point"))
    def preview(self, image: Image) -> SafeString | str:
        if not image.file:
            return ""
        shown = markup.shown(image)
        return format_html(
            '<span class="focal-picture" data-crops="{}"><img src="{}" alt="{}" width="{}" height="{}"></span>',
            json.dumps([(str(name), renditions.SHAPES[shape].ratio) for shape, name in CROPS.items()]),
            shown.src,
            image.alt,
            shown.width,
            shown.height,
        )

    @admin.display(description=_("caption"), ordering="caption")
    def words(self, image: Image) -> str:
        return image.caption or image.alt or str(_("No caption"))

    @admin.display(description=_("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=_("used in"), ordering="used")
    def uses_count(self, image: Any) -> str:
        parts = [
            count_posts(image.used) if image.used else "",
            gettext("cover") if image.is_cover else "",
            gettext("portrait") if image.is_portrait else "",
        ]
        return ", ".join(part for part in parts if part)


def _describe_uses(image: Image, user: AnyUser) -> SafeString | str:
    """Links to where it stands, as far as this editor works there: 50 posts, blogs, bylines. Seven queries."""
    uses = image.uses.filter(post__in=permissions.posts_for(user)).select_related("post__blog").order_by("-pk")
    covers = image.cover_of.filter(pk__in=permissions.blogs_for(user).values("pk"))
    rows: list[Any] = [*(use.post for use in uses[:50]), *covers, *image.portrait_of.all()]
    links = [(change_url(row), row) for row in rows]
    return links_and_rest(links, image.uses.count() - uses.count() + image.cover_of.count() - covers.count())
