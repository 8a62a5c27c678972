"""The forms of a post: what an editor types, checked so that nothing typed gets lost."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ... import permissions
from ...models import Blog, Post
from ...models.post import is_public_id, new_public_id
from ...text import richtext, times
from ...text.numbers import parse_id
from ..actions import Action, may_publish
from ..conflicts import describe_change
from ..forms import PlainTextForm, UnchangedTimesForm, WallClockField
from .context import FormContext


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


def is_sent_again(request: HttpRequest, action: Action, post: Post) -> bool:
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
        action.state_after == post.state
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

    context: FormContext

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
        user = self.context.user
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
        if self.context.refusal:
            self._add_refusal(self.context.refusal)
        if self.context.is_resent:
            self._show(form_key=new_public_id())
        self._check_action(cleaned)
        if self.instance.pk:
            self._check_version()
        return cleaned

    def _check_action(self, cleaned: dict[str, Any]) -> None:
        action, user = self.context.action, self.context.user
        blog = cleaned.get("blog") or (self.instance.blog if self.instance.blog_id else None)
        if blog is not None and action.may is may_publish and not permissions.may_publish(user, blog):
            self.add_error(None, _("You may not publish in this blog. Submit the post to an editor."))
        if blog is not None and not self.instance.pk and not permissions.may_write(user, blog):
            self.add_error("blog", _("You are not assigned to this blog."))
        if action.name == "schedule" and "publish_at" not in self.errors:
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
        told = describe_change(current, self.context.user)
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
