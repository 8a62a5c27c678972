"""The pictures of a post, as rows of its form: a new file or one of the library, with the words that readers need."""

import json
import logging
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ... import permissions
from ...models import Image, PostImage
from ...permissions import AnyUser
from ...pictures import files
from ...text import richtext
from ...text.numbers import parse_id
from .. import buttons
from ..actions import Action
from ..display import preview
from ..forms import OrderedInline, RowForm
from ..images import update_image
from ..library import not_stored

logger = logging.getLogger(__name__)

#: Shown in the fields that a picture needs before readers can see it.
NEEDED = _("Required to publish")


class PictureInput(forms.FileInput):
    """A file to choose, beside the picture that the row shows already."""

    shown: Image | None = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chooser = super().render(name, value, attrs, renderer)
        return format_html("{}{}", preview(self.shown, "row-picture"), chooser)


class PictureForm(RowForm):
    """A new picture with its words, or one that is there already, in the same row."""

    user: AnyUser
    action: Action

    file = forms.FileField(required=False, label=_("New picture"), widget=PictureInput(attrs={"accept": "image/*"}))
    alt = forms.CharField(
        required=False,
        max_length=500,
        label=_("Alt text"),
        help_text=_("Describe the picture for people who can't see it."),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": NEEDED}),
    )
    credit = forms.CharField(
        required=False,
        max_length=200,
        label=_("Credit line"),
        help_text=_("Photographer and agency, for example “Ana Ruiz/Northwind Pictures”."),
        widget=forms.TextInput(attrs={"placeholder": NEEDED}),
    )
    seen_words = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = PostImage
        fields = ["image", "file", "alt", "caption", "credit", "position"]
        widgets = {"caption": forms.Textarea(attrs={"rows": 2}), "image": forms.NumberInput(attrs={"min": 1})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: A new picture, whose file is stored and whose row isn't.
        self.upload: Image | None = None
        #: Alt text and credit line as the picture will have them.
        self.words: tuple[str, str] = ("", "")
        self.fields["image"].required = False
        self.fields["image"].label = _("Or picture number in the library")
        self.fields["caption"].label = _("Caption")
        if self.instance.image_id:
            image = self.instance.image
            self.initial.update({"alt": image.alt, "credit": image.credit, "seen_words": words_of(image)})
            self.fields["caption"].widget.attrs["placeholder"] = image.caption
        shown = self.instance.image if self.instance.image_id else None
        if self.is_bound and (chosen := parse_id(str(self.data.get(self.add_prefix("image")) or ""))):
            shown = Image.objects.filter(pk=chosen).first()
        self.fields["file"].widget.shown = shown

    # Validation

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("DELETE"):
            return cleaned
        if cleaned.get("file") and "file" not in self.errors:
            self._take_in(cleaned)
        image = self.upload or cleaned.get("image")
        if image is None:
            if "file" not in self.errors:
                self.add_error("file", _("Choose a picture, or delete this row."))
            return cleaned
        self.words = self._words(cleaned, image)
        alt, credit = self.words
        if self.action.publishes or (image.pk and image.is_in_use()):
            if not alt.strip():
                self.add_error("alt", _("Add alt text to publish."))
            if not credit.strip():
                self.add_error("credit", _("Add a credit line to publish."))
        if self.words != (image.alt, image.credit) and not permissions.may_change_image(self.user, image):
            self.add_error(
                "alt" if alt != image.alt else "credit",
                _("This text is shared by all posts with this picture. Ask an editor to change it, or add a caption."),
            )
        return cleaned

    def _take_in(self, cleaned: dict[str, Any]) -> None:
        """Decode and store an upload, or find the picture that was made of the same file."""
        if not self.user.has_perm("liveblogs.add_image"):
            self.add_error("file", _("You don't have permission to add pictures. Choose one from the library."))
            return
        words = {name: cleaned.get(name, "") for name in ("alt", "caption", "credit")}
        image = Image(file=cleaned["file"], created_by_id=self.user.pk, **words)
        try:
            image.full_clean(exclude=["created_by"])
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.add_error(name if name in self.fields else "file", ValidationError(messages))
            return
        known = Image.objects.filter(checksum=image.checksum).order_by("pk").first()
        if known is None:
            try:
                image.store_file()
            except files.NotStored:
                self.add_error("file", not_stored(cleaned["file"].name))
                return
            self.upload = image
        # What the file said about itself fills the fields that were left empty.
        chosen = known or image
        cleaned |= {"image": known, "file": None, "seen_words": words_of(chosen)}
        cleaned["caption"] = words["caption"] if known and words["caption"] != known.caption else ""
        cleaned["alt"], cleaned["credit"] = words["alt"] or chosen.alt, words["credit"] or chosen.credit
        self.show(**{name: cleaned[name] for name in ("alt", "caption", "credit", "seen_words")})
        if known:
            self._show_chosen(known)

    def _words(self, cleaned: dict[str, Any], image: Image) -> tuple[str, str]:
        """Alt text and credit line as they will be: what was typed, and of what was not touched the picture's own.

        A field that shows what it showed before was not touched, whatever the picture says by now: a colleague may
        have put it right, and another picture may have been chosen.
        """
        seen = seen_words(cleaned.get("seen_words"))
        same = image.pk is not None and image.pk == self.instance.image_id
        words = []
        for name, before in zip(("alt", "credit"), seen, strict=True):
            typed, own = richtext.plain_line(cleaned.get(name, "")), getattr(image, name)
            touched = typed != before and (typed or same)
            if touched and same and own not in (before, typed):
                message = _("This was just changed to “%(words)s”. Save again to replace it.")
                self.add_error(name, ValidationError(message, params={"words": own}))
                self.show(seen_words=words_of(image))  # the next save is made with the other's words in view
            words.append(typed if touched else own)
        return words[0], words[1]

    # Saving

    def changes_words(self) -> bool:
        """Whether saving this row may change the texts of a picture in the library."""
        image = self.cleaned_data.get("image")
        if image is None:
            return False
        return self.words != (image.alt, image.credit) or bool(self.cleaned_data["caption"] and not image.caption)

    def save_upload(self) -> None:
        """Put the new picture of this row into the library."""
        if self.upload is not None:
            self.upload.save()
            self.cleaned_data["image"] = self.instance.image = self.upload

    def save_words(self) -> None:
        """Give the picture the words that were typed here. They stand wherever it is used.

        The first caption of a picture that nothing else uses becomes its own, so that the library finds it.
        """
        image = self.cleaned_data["image"]
        before = image.alt, image.caption, image.credit
        image.alt, image.credit = self.words
        if self._is_first_caption(image):
            image.caption, self.instance.caption = self.instance.caption, ""
            self.instance.save(update_fields=["caption"])
        if before != (image.alt, image.caption, image.credit):
            update_image(image, by=self.user)

    def _is_first_caption(self, image: Image) -> bool:
        return (
            bool(self.instance.caption)
            and not image.caption
            and permissions.may_change_image(self.user, image)
            and not image.uses.exclude(pk=self.instance.pk).exists()
        )

    # When the form is refused

    def keep_upload(self) -> None:
        """Put the new picture into the library all the same, so that it need not be sent again."""
        if self.upload is None:
            return
        try:
            with transaction.atomic():
                self.upload.pk, self.upload._state.adding = None, True  # whatever was rolled back
                self.save_upload()
        except DatabaseError:
            logger.exception("A picture could not be saved")
            files.remove([self.upload.source])
            self.drop_upload()
        else:
            self.upload.refresh_from_db()  # with what was made of it after the commit
            self._show_chosen(self.upload)

    def drop_upload(self) -> None:
        """Say that the new picture isn't kept."""
        if self.upload is not None:
            self.instance.image_id = self.initial.get("image")
            self.add_error("file", _("This picture wasn't saved. Choose it again."))

    def _show_chosen(self, image: Image) -> None:
        self.show(image=image.pk)
        self.fields["file"].widget.shown = image


class PictureInline(OrderedInline):
    model = PostImage
    form = PictureForm
    related_name = "images"
    template = "admin/liveblogs/post/pictures.html"
    fields = [("file", "image"), "alt", "caption", "credit", "position", "seen_words"]
    bare = ["image"]

    class Media:
        css = {"all": ["liveblogs/styles/admin/uploads.css", "liveblogs/styles/admin/library.css"]}
        js = [Script(f"liveblogs/{name}.js", type="module") for name in ("uploads", "library", "pictures")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostImage]:
        return super().get_queryset(request).select_related("image")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        form: Any = formset.form
        form.user, form.action = request.user, buttons.pressed(request.POST)
        return formset


def picture_rows(formsets: Any) -> list[PictureForm]:
    return [row for formset in formsets for row in formset.forms if isinstance(row, PictureForm)]


def words_of(image: Image) -> str:
    """What a row shows of a picture's own words, kept beside them to tell what was touched."""
    return json.dumps([image.alt, image.credit])


def seen_words(value: Any) -> tuple[str, str]:
    try:
        alt, credit = json.loads(value or "")
    except (ValueError, TypeError):
        return "", ""
    return str(alt), str(credit)
