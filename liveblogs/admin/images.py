"""Pictures in the admin: the library."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from .. import publishing, roles
from ..models import Image
from .base import KeepsHistory, thumbnail


class ImageForm(forms.ModelForm):
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


@admin.register(Image)
class ImageAdmin(KeepsHistory):
    form = ImageForm
    readonly_fields = ["preview", "size", "used_in"]
    list_display = ["picture", "words", "credit", "size", "uses_count", "created_at"]
    list_display_links = ["picture", "words"]
    search_fields = ["caption", "alt", "credit"]
    search_help_text = _("Caption, alt text or credit")
    date_hierarchy = "created_at"
    list_per_page = 50
    version_fields = dict.fromkeys(["alt", "caption", "credit"], False)
    show_full_result_count = False

    class Media:
        css = {"all": ["liveblogs/admin.css"]}
        js = [Script("liveblogs/focal.js", type="module")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        return super().get_queryset(request).annotate(used=Count("uses")).order_by("-created_at", "-pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        words = ["file", "alt", "caption", "credit"]
        return ["preview", *words, ("focal_x", "focal_y"), "size", "used_in"] if obj else words

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return roles.may_change_image(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """A picture that stands somewhere stays."""
        if obj is None or not super().has_delete_permission(request, obj):
            return False
        return not (obj.uses.exists() or obj.cover_of.exists() or obj.portrait_of.exists())

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        if change:
            publishing.update_image(obj, by=request.user)
        else:
            obj.created_by_id = request.user.pk
            obj.save()

    def restore(self, request: HttpRequest, obj: Image) -> None:
        publishing.update_image(obj, by=request.user)

    @admin.display(description=_("picture"))
    def picture(self, image: Image) -> SafeString | str:
        return thumbnail(image)

    @admin.display(description=_("picture"))
    def preview(self, image: Image) -> SafeString | str:
        if not image.file:
            return ""
        return format_html(
            '<span class="focal-picture"><img src="{}" alt="{}" width="{}" height="{}"></span>',
            image.file.url,
            image.alt,
            image.width,
            image.height,
        )

    @admin.display(description=_("words"), ordering="caption")
    def words(self, image: Image) -> str:
        return image.caption or image.alt or str(_("without words"))

    @admin.display(description=_("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=_("used in"), ordering="used")
    def uses_count(self, image: Any) -> int:
        return image.used

    @admin.display(description=_("used in"))
    def used_in(self, image: Image) -> SafeString | str:
        """Links to the posts on which it stands."""
        uses = image.uses.select_related("post__blog")[:50]
        if not uses:
            return "–"
        items = ((use.post_id, use.post) for use in uses)
        links = format_html_join("", '<li><a href="../../../post/{}/change/">{}</a></li>', items)
        return format_html("<ul>{}</ul>", links)
