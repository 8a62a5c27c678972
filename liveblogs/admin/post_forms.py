"""The forms of a post: what an editor types, checked so that nothing typed gets lost."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import permissions, publishing
from ..models import Blog, Image, Post, PostCredit, PostImage
from ..models.post import is_public_id, new_public_id
from ..pictures import files, markup
from ..text import richtext, times
from ..text.numbers import parse_id
from .base import CreditRow, PlainTextForm, RowForm, UnchangedTimesForm, WallClockField, who_and_when
from .picture_select import HIDDEN
from .uploads import not_stored

#: What the buttons are called in the form that is sent.
ACTS = ("save", "preview", "submit", "to_draft", "publish", "schedule", "update", "minor", "withdraw", "pin", "unpin")
#: Acts after which readers see the content as it is, now or later.
SHOWING = {"publish", "schedule", "update", "minor"}
#: Acts that change a post's state and leave its content alone.
STATE_ONLY = {"withdraw", "pin", "unpin"}
#: What becomes of a new post.
STATE_AFTER = {"publish": Post.State.PUBLISHED, "schedule": Post.State.SCHEDULED, "submit": Post.State.SUBMITTED}
#: In the fields of a picture without which readers don't get to see it.
NEEDED = _("Needed to publish")


def act_of(request: HttpRequest) -> str:
    """The button that was pressed. Return in a text field presses none: that saves and shows nobody anything."""
    return next((act for act in ACTS if f"_{act}" in request.POST), "save")


def blogs_touched(sent: QueryDict, post_id: str | None) -> set[int]:
    """The blogs whose pages this form may change: its own, the one that a draft leaves, those of its pictures."""
    chosen = [parse_id(str(value)) for name, value in sent.items() if name.endswith("-image")]
    images = [number for number in chosen if number is not None]
    found = Q(cover__in=images) | Q(posts__images__image__in=images)
    if blog := parse_id(str(sent.get("blog", ""))):
        found |= Q(pk=blog)
    if post := parse_id(post_id or ""):
        found |= Q(posts=post)
    return set(Blog.objects.filter(found).values_list("pk", flat=True))


def is_sent_again(request: HttpRequest, post: Post) -> bool:
    """Whether a form says nothing that the post it made doesn't say: a double click, or a page that was reloaded."""
    sent: dict[str, Any] = request.POST.dict()
    try:
        body = richtext.sanitise(sent.get("body", "").replace("\0", ""))
    except ValueError:
        return False
    rows = [
        (name, value.strip())
        for name, value in [*sent.items(), *((name, "file") for name in request.FILES)]
        if value.strip() and f"{name.rpartition('-')[0]}-DELETE" not in sent and "__prefix__" not in name
    ]
    credited = {value for name, value in rows if name.startswith("credits-") and name.endswith("-byline")}
    pictured = {name.rpartition("-")[0] for name, _value in rows if name.endswith(("-image", "-file"))}
    return (
        STATE_AFTER.get(act_of(request), Post.State.DRAFT) == post.state
        and sent.get("blog") == str(post.blog_id)
        and richtext.plain_line(sent.get("headline", "")) == post.headline
        and body == post.body
        and richtext.plain_line(sent.get("label", "")) == post.label
        and ("is_key_event" in sent) == post.is_key_event
        and credited == {str(pk) for pk in post.credits.values_list("byline", flat=True)}
        and len(pictured) == post.images.count()
    )


class PostForm(PlainTextForm, UnchangedTimesForm):
    """A post with the version and the state that the editor has seen."""

    request: HttpRequest

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_state = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_zone = forms.CharField(required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(required=False, widget=forms.HiddenInput)
    publish_at = WallClockField(required=False, label=_("Publish at"), help_text=_("For “Schedule”."))
    published_at = WallClockField(
        required=False,
        seconds=True,
        label=_("First published"),
        help_text=_("Gives the post its place in the timeline."),
    )

    class Meta:
        model = Post
        fields = [
            "blog", "headline", "body", "label", "is_key_event", "correction", "notes", "publish_at", "published_at",
        ]  # fmt: skip
        widgets = {
            "notes": forms.Textarea(attrs={"rows": 2}),
            "correction": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Somebody else's text, when it came between.
        self.other: Post | None = None
        self._use_blogs()
        # A field may be missing: it is when the post can only be looked at.
        self.initial.update({"seen_version": self.instance.version, "seen_state": self.instance.state})
        if not self.instance.pk:
            self.initial.setdefault("form_key", new_public_id())

    def _use_blogs(self) -> None:
        if "blog" not in self.fields:
            return
        user = self.request.user
        field: Any = self.fields["blog"]
        field.queryset = permissions.blogs_for(user)
        if self.instance.pk and self.instance.published_at is not None:
            field.disabled = True
        blog = self.instance.blog if self.instance.blog_id else None
        chosen = self.data.get(self.add_prefix("blog")) or self.initial.get("blog")
        if not field.disabled and (number := parse_id(str(chosen))):
            blog = field.queryset.filter(pk=number).first() or blog
        for name in ("publish_at", "published_at"):
            if blog is not None and name in self.fields:
                self.fields[name].use(blog.zone)  # type: ignore[attr-defined]
        if blog is not None and "publish_at" in self.fields:
            self.initial["seen_zone"] = blog.time_zone

    def clean_form_key(self) -> str:
        value = self.cleaned_data["form_key"]
        return value if is_public_id(value) else new_public_id()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if refused := getattr(self.request, "refused", None):
            self._add_refusal(refused)
        if getattr(self.request, "is_resent", False):
            self._show(form_key=new_public_id())
        self._check_act(cleaned)
        if self.instance.pk:
            self._check_version()
        return cleaned

    def _check_act(self, cleaned: dict[str, Any]) -> None:
        act, user = act_of(self.request), self.request.user
        blog = cleaned.get("blog") or (self.instance.blog if self.instance.blog_id else None)
        if blog is not None and act in SHOWING | STATE_ONLY and not permissions.may_publish(user, blog):
            self.add_error(None, _("You may not publish in this blog. Submit the post to an editor."))
        if blog is not None and not self.instance.pk and not permissions.may_write(user, blog):
            self.add_error("blog", _("You are not assigned to this blog."))
        if act == "schedule" and "publish_at" not in self.errors:
            at = cleaned.get("publish_at")
            if at is None:
                self.add_error("publish_at", _("Choose the time at which it is to be published."))
            elif at <= timezone.now():
                self.add_error("publish_at", _("This time is past. Choose one in the future, or publish now."))
            elif blog is not None and (cleaned.get("seen_zone") or blog.time_zone) != blog.time_zone:
                self._ask_about_zone(blog)
        at = cleaned.get("published_at")
        if at is not None and at > timezone.now() and at != self.instance.published_at:
            self.add_error(
                "published_at", _("This time is in the future. A published post was published in the past.")
            )

    def _ask_about_zone(self, blog: Any) -> None:
        """The time was typed under another blog's zone: which of the two is meant is for the editor to say."""
        told = {"blog": blog.title, "zone": times.zone_name(blog.zone, timezone.now())}
        message = _("In “%(blog)s” this is a time in %(zone)s. Check it, then schedule again.")
        self.add_error("publish_at", ValidationError(message, params=told))
        self._show(seen_zone=blog.time_zone)

    def _show(self, **values: Any) -> None:
        """What the form comes back with, beside all that was typed."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in values.items():
            data[self.add_prefix(name)] = str(value)
        self.data = data

    def _check_version(self) -> None:
        """Refuse to save over what somebody else has changed since this form was opened, and show it."""
        current = Post.objects.select_related("blog").get(pk=self.instance.pk)
        seen, state = self.cleaned_data.get("seen_version"), self.cleaned_data.get("seen_state")
        if seen == current.version and state == current.state:
            return
        self.other = current
        told = who_and_when(current, self.request.user)
        if seen == current.version and state:
            before, after = dict(Post.State.choices).get(state, state), current.get_state_display()
            told = f"{told} {gettext('It was %(before)s and is %(after)s.') % {'before': before, 'after': after}}"
        self.add_error(None, ValidationError(told, code="stale_version"))
        self.add_error(
            None, _("Nothing is saved. What you typed stands below, theirs above it: choose, then save again.")
        )
        # The next save is made with both texts in view.
        self._show(seen_version=current.version, seen_state=current.state)

    def _add_refusal(self, refused: ValidationError) -> None:
        by_field = refused.message_dict if hasattr(refused, "error_dict") else {"__all__": refused.messages}
        for name, messages in by_field.items():
            self.add_error(name if name in self.fields else None, ValidationError(messages))


# Credits and pictures
# --------------------


class CreditForm(CreditRow):
    class Meta:
        model = PostCredit
        fields = ["byline", "place", "position"]
        widgets = {"place": forms.TextInput(attrs={"placeholder": _("Place, such as Hong Kong")})}


class PictureInput(forms.FileInput):
    """A file to choose, beside the picture that the row shows already."""

    shown: Image | None = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chooser = super().render(name, value, attrs, renderer)
        image = self.shown
        source = markup.shown(image).src if image is not None and image.file else ""
        return format_html('<img class="row-picture" src="{}" alt=""{}>{}', source, "" if source else HIDDEN, chooser)


class PictureForm(RowForm):
    """A new picture with its words, or one that is there already, in the same row."""

    request: HttpRequest

    file = forms.FileField(required=False, label=_("New picture"), widget=PictureInput(attrs={"accept": "image/*"}))
    alt = forms.CharField(
        required=False,
        max_length=500,
        label=_("Alt text"),
        help_text=_("What it shows, for those who cannot see it."),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": NEEDED}),
    )
    credit = forms.CharField(
        required=False,
        max_length=200,
        label=_("Credit line"),
        help_text=_("Photographer and agency, for example “Ana Ruiz/Reuters”."),
        widget=forms.TextInput(attrs={"placeholder": NEEDED}),
    )
    seen_words = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = PostImage
        fields = ["image", "file", "alt", "caption", "credit", "position"]
        widgets = {"caption": forms.Textarea(attrs={"rows": 2}), "image": forms.NumberInput(attrs={"min": 1})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Alt text and credit line as the picture will have them.
        self.words: tuple[str, str] = ("", "")
        self.fields["image"].required = False
        self.fields["image"].label = _("Or the number of one in the library")
        self.fields["caption"].label = _("Caption")
        if self.instance.image_id:
            image = self.instance.image
            self.initial.update({"alt": image.alt, "credit": image.credit, "seen_words": words_of(image)})
            self.fields["caption"].widget.attrs["placeholder"] = image.caption
        self._show_image()

    def _show_image(self) -> None:
        """The picture that this row is about, as far as it's known."""
        shown = self.instance.image if self.instance.image_id else None
        if self.is_bound and (chosen := parse_id(str(self.data.get(self.add_prefix("image")) or ""))):
            shown = Image.objects.filter(pk=chosen).first()
        self.fields["file"].widget.shown = shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("DELETE"):
            return cleaned
        if cleaned.get("file") and "file" not in self.errors:
            self._take_in(cleaned)
        image = cleaned.get("image")
        if image is None:
            if "file" not in self.errors:
                self.add_error("file", _("Choose a picture, or delete this row."))
            return cleaned
        self.words = self._words(cleaned, image)
        alt, credit = self.words
        if act_of(self.request) in SHOWING or image.is_shown():
            if not alt.strip():
                self.add_error("alt", _("Readers who cannot see the picture need this text."))
            if not credit.strip():
                self.add_error("credit", _("Say whose picture it is."))
        if self.words != (image.alt, image.credit) and not permissions.may_change_image(self.request.user, image):
            self.add_error(
                "alt" if alt != image.alt else "credit",
                _("These words belong to the picture wherever it stands: ask an editor, or write a caption."),
            )
        return cleaned

    def _take_in(self, cleaned: dict[str, Any]) -> None:
        """Put a sound upload into the library at once: a form that is refused for another reason keeps it."""
        if not self.request.user.has_perm("liveblogs.add_image"):
            self.add_error("file", _("You may not add pictures. Choose one from the library."))
            return
        if getattr(self.request, "has_failed", False):
            self.add_error("file", _("This picture is not saved. Choose it again."))
            return
        words = {name: cleaned.get(name, "") for name in ("alt", "caption", "credit")}
        image = Image(file=cleaned["file"], created_by_id=self.request.user.pk, **words)
        try:
            image.full_clean(exclude=["created_by"])
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.add_error(name if name in self.fields else "file", ValidationError(messages))
            return
        known = Image.objects.filter(checksum=image.checksum).order_by("pk").first()
        if known is None:
            try:
                image.save()
            except files.NotStored:
                self.add_error("file", not_stored(cleaned["file"].name))
                return
        chosen = known or image
        cleaned |= {"image": chosen, "file": None, "seen_words": words_of(chosen)}
        cleaned["caption"] = words["caption"] if known and words["caption"] != known.caption else ""
        # What the file said about itself fills the fields that were left empty.
        cleaned["alt"], cleaned["credit"] = words["alt"] or chosen.alt, words["credit"] or chosen.credit
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name in ("alt", "caption", "credit", "seen_words"):
            data[self.add_prefix(name)] = cleaned[name]
        data[self.add_prefix("image")] = str(chosen.pk)
        self.data = data
        self._show_image()

    def _words(self, cleaned: dict[str, Any], image: Image) -> tuple[str, str]:
        """Alt text and credit line as they will be: what was typed, and of what was not touched the picture's own.

        A field that shows what it showed before was not touched, whatever the picture says by now: a colleague may
        have put it right, and another picture may have been chosen.
        """
        seen = seen_words(cleaned.get("seen_words"))
        same = image.pk == self.instance.image_id
        words = []
        for name, before in zip(("alt", "credit"), seen, strict=True):
            typed, own = richtext.plain_line(cleaned.get(name, "")), getattr(image, name)
            touched = typed != before and (typed or same)
            if touched and same and own not in (before, typed):
                told = {"words": own}
                self.add_error(
                    name, ValidationError(_("Somebody has changed this meanwhile to “%(words)s”."), params=told)
                )
                self._see(image)
            words.append(typed if touched else own)
        return words[0], words[1]

    def _see(self, image: Image) -> None:
        """The next save is made with the other's words in view."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("seen_words")] = words_of(image)
        self.data = data

    def save_words(self) -> None:
        """Give the picture the words that were typed here. They stand wherever it is used.

        The first caption of a picture that stands nowhere else becomes its own: the library finds it by that.
        """
        image = self.cleaned_data.get("image")
        if image is None:
            return
        before = image.alt, image.caption, image.credit
        image.alt, image.credit = self.words
        if self._is_first_caption(image):
            image.caption, self.instance.caption = self.instance.caption, ""
            self.instance.save(update_fields=["caption"])
        if before != (image.alt, image.caption, image.credit):
            publishing.update_image(image, by=self.request.user)

    def _is_first_caption(self, image: Image) -> bool:
        return (
            bool(self.instance.caption)
            and not image.caption
            and permissions.may_change_image(self.request.user, image)
            and not image.uses.exclude(pk=self.instance.pk).exists()
        )


def words_of(image: Image) -> str:
    """What a row shows of a picture's own words, kept beside them to tell what was touched."""
    return json.dumps([image.alt, image.credit])


def seen_words(value: Any) -> tuple[str, str]:
    try:
        alt, credit = json.loads(value or "")
    except (ValueError, TypeError):
        return "", ""
    return str(alt), str(credit)
