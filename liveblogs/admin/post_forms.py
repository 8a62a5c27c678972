"""The forms of a post: what an editor types, checked so that nothing typed gets lost."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import publishing, roles, times
from ..models import Image, Post, PostCredit, PostImage
from ..models.post import is_public_id, new_public_id
from .base import PlainTextForm, WallClockField

#: What the buttons are called in the form that is sent.
ACTS = ("save", "preview", "submit", "to_draft", "publish", "schedule", "update", "minor", "withdraw", "pin", "unpin")
#: Acts after which readers see the content as it is, now or later.
SHOWING = {"publish", "schedule", "update", "minor"}
#: Acts that change a post's state and leave its content alone.
STATE_ONLY = {"withdraw", "pin", "unpin"}
HIDDEN = mark_safe(" hidden")


def act_of(request: HttpRequest) -> str:
    """The button that was pressed. Return in a text field presses none: that saves and shows nobody anything."""
    return next((act for act in ACTS if f"_{act}" in request.POST), "save")


class PostForm(PlainTextForm):
    """A post with the version and the state that the editor has seen."""

    request: HttpRequest

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_state = forms.CharField(required=False, widget=forms.HiddenInput)
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
        field.queryset = roles.blogs_for(user)
        if self.instance.pk and self.instance.published_at is not None:
            field.disabled = True
        blog = self.instance.blog if self.instance.blog_id else None
        chosen = self.data.get(self.add_prefix("blog")) or self.initial.get("blog")
        if not field.disabled and chosen is not None and str(chosen).isdigit():
            blog = field.queryset.filter(pk=chosen).first() or blog
        for name in ("publish_at", "published_at"):
            if blog is not None and name in self.fields:
                self.fields[name].use(blog.zone)  # type: ignore[attr-defined]

    def clean_form_key(self) -> str:
        value = self.cleaned_data["form_key"]
        return value if is_public_id(value) else new_public_id()

    def clean_published_at(self) -> Any:
        """The instant to the microsecond, where the editor left it as it was to the second."""
        return self.cleaned_data["published_at"] if "published_at" in self.changed_data else self.instance.published_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if refused := getattr(self.request, "refused", None):
            self._add_refusal(refused)
        self._check_act(cleaned)
        if self.instance.pk:
            self._check_version()
        return cleaned

    def _check_act(self, cleaned: dict[str, Any]) -> None:
        act, user = act_of(self.request), self.request.user
        blog = cleaned.get("blog") or (self.instance.blog if self.instance.blog_id else None)
        if blog is not None and act in SHOWING | STATE_ONLY and not roles.may_publish(user, blog):
            self.add_error(None, _("You may not publish in this blog. Submit the post to an editor."))
        if blog is not None and not self.instance.pk and not roles.may_write(user, blog):
            self.add_error("blog", _("You are not assigned to this blog."))
        if act == "schedule" and "publish_at" not in self.errors:
            at = cleaned.get("publish_at")
            if at is None:
                self.add_error("publish_at", _("Choose the time at which it is to be published."))
            elif at <= timezone.now():
                self.add_error("publish_at", _("This time is past. Choose one in the future, or publish now."))
        at = cleaned.get("published_at")
        if at is not None and at > timezone.now() and at != self.instance.published_at:
            self.add_error(
                "published_at", _("This time is in the future. A published post was published in the past.")
            )

    def _check_version(self) -> None:
        """Refuse to save over what somebody else has changed since this form was opened, and show it."""
        current = Post.objects.select_related("blog").get(pk=self.instance.pk)
        seen, state = self.cleaned_data.get("seen_version"), self.cleaned_data.get("seen_state")
        if seen is None or (seen == current.version and state in ("", current.state)):
            return
        self.other = current
        last = current.history.select_related("history_user").first()
        who = (last and last.history_user and last.history_user.get_username()) or gettext("Somebody else")
        when = times.post_time(last.history_date if last else timezone.now(), current.blog.zone)
        if seen == current.version:
            message = _("%(who)s changed this post from %(before)s to %(after)s at %(when)s, while you were writing.")
        else:
            message = _("%(who)s changed this post at %(when)s, while you were writing.")
        told = {"who": who, "when": when, "after": current.get_state_display()}
        told["before"] = dict(Post.State.choices).get(state or "", state or "")
        self.add_error(None, ValidationError(message, code="stale_version", params=told))
        self.add_error(
            None, _("Nothing is saved. What you typed stands below, theirs beside it: choose, then save again.")
        )
        # The next save is made with both texts in view.
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("seen_version")] = str(current.version)
        data[self.add_prefix("seen_state")] = current.state
        self.data = data

    def _add_refusal(self, refused: ValidationError) -> None:
        by_field = refused.message_dict if hasattr(refused, "error_dict") else {"__all__": refused.messages}
        for name, messages in by_field.items():
            self.add_error(name if name in self.fields else None, ValidationError(messages))


# Credits and pictures
# --------------------


class RowForm(PlainTextForm):
    """A row of an inline: its number alone doesn't make it one."""

    def has_changed(self) -> bool:
        return bool(set(self.changed_data) - ({"position"} if self.empty_permitted else set()))


class CreditForm(RowForm):
    class Meta:
        model = PostCredit
        fields = ["byline", "place", "position"]


class PictureInput(forms.FileInput):
    """A file to choose, beside the picture that the row shows already."""

    shown: Image | None = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chooser = super().render(name, value, attrs, renderer)
        image = self.shown
        source = image.file.url if image is not None and image.file else ""
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
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    credit = forms.CharField(required=False, max_length=200, label=_("Credit line"))

    class Meta:
        model = PostImage
        fields = ["image", "file", "alt", "caption", "credit", "position"]
        widgets = {"caption": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["image"].required = False
        self.fields["image"].label = _("Or one from the library")
        self.fields["caption"].label = _("Caption")
        if self.instance.image_id:
            image = self.instance.image
            self.initial.update({"alt": image.alt, "credit": image.credit})
            self.fields["caption"].widget.attrs["placeholder"] = image.caption
        self._show_image()

    def _show_image(self) -> None:
        """The picture that this row is about, as far as it's known."""
        shown = self.instance.image if self.instance.image_id else None
        if self.is_bound and str(chosen := self.data.get(self.add_prefix("image")) or "").isdigit():
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
        elif act_of(self.request) in SHOWING:
            alt, credit = self._words(cleaned, image)
            if not alt.strip():
                self.add_error("alt", _("Readers who cannot see the picture need this text."))
            if not credit.strip():
                self.add_error("credit", _("Say whose picture it is."))
        return cleaned

    def _take_in(self, cleaned: dict[str, Any]) -> None:
        """Put a sound upload into the library at once: a form that is refused for another reason keeps it."""
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
            image.save()
        chosen = known or image
        cleaned |= {"image": chosen, "file": None}
        cleaned["caption"] = words["caption"] if known and words["caption"] != known.caption else ""
        # What the file said about itself fills the fields that were left empty.
        cleaned["alt"], cleaned["credit"] = words["alt"] or chosen.alt, words["credit"] or chosen.credit
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in {"image": chosen.pk, **{n: cleaned[n] for n in ("alt", "caption", "credit")}}.items():
            data[self.add_prefix(name)] = value
        self.data = data
        self._show_image()

    def _words(self, cleaned: dict[str, Any], image: Image) -> tuple[str, str]:
        """Alt text and credit as they will be: typed here, or the picture's own where another one was chosen."""
        typed = {name: cleaned.get(name, "") for name in ("alt", "credit")}
        if image.pk != self.instance.image_id or not self.instance.pk:
            typed = {name: value or getattr(image, name) for name, value in typed.items()}
            if self.initial.get("alt") and typed["alt"] == self.initial["alt"]:
                typed = {name: getattr(image, name) for name in typed}
        return typed["alt"], typed["credit"]

    def save_words(self) -> None:
        """Give the picture the words that were typed here. They stand wherever it is used."""
        image = self.cleaned_data.get("image")
        if image is None or self.cleaned_data.get("DELETE"):
            return
        alt, credit = self._words(self.cleaned_data, image)
        if (image.alt, image.credit) == (alt, credit) or not roles.may_change_image(self.request.user, image):
            return
        image.alt, image.credit = alt, credit
        publishing.update_image(image, by=self.request.user)
