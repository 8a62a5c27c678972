"""The form of a post and the rows of its credits. ``pictures`` has the rows of its pictures."""

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ... import permissions
from ...models import Blog, Byline, Post, PostCredit
from ...models.post import is_public_id, new_public_id
from ...permissions import AnyUser
from ...text import times
from ...text.numbers import parse_id
from ..actions import Action, may_publish
from ..forms import CreditRow, CreditTable, OptimisticLockForm, UnchangedTimesForm, WallClockField


class PostForm(OptimisticLockForm, UnchangedTimesForm):
    """A post with the version and the state that the editor has seen."""

    user: AnyUser
    #: By the button that was pressed.
    action: Action

    seen_state = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_zone = forms.CharField(required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(required=False, widget=forms.HiddenInput)
    publish_at = WallClockField(required=False, label=_("Schedule for"))
    published_at = WallClockField(
        required=False,
        seconds=True,
        label=_("First published"),
        help_text=_("Sets the post's position in the timeline."),
    )
    advice = _("Your changes haven't been saved. Compare the versions and choose which to keep.")

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
        # A field may be missing: it is when the post can only be looked at.
        if "blog" in self.fields:
            self._use_blogs()
        self.initial["seen_state"] = self.instance.state
        if not self.instance.pk:
            self.initial.setdefault("form_key", new_public_id())

    def _use_blogs(self) -> None:
        field: Any = self.fields["blog"]
        field.queryset = permissions.blogs_for(self.user)
        field.disabled = bool(self.instance.pk and self.instance.published_at is not None)
        blog = self.instance.blog if self.instance.blog_id else None
        chosen = self.data.get(self.add_prefix("blog")) or self.initial.get("blog")
        if not field.disabled and (number := parse_id(str(chosen))):
            blog = field.queryset.filter(pk=number).first() or blog
        if blog is None:
            return
        for name in ("publish_at", "published_at"):
            if name in self.fields:
                self.fields[name].use(blog.zone)  # type: ignore[attr-defined]
        self.initial["seen_zone"] = blog.time_zone

    # Validation

    def clean_form_key(self) -> str:
        value = self.cleaned_data["form_key"]
        return value if is_public_id(value) else new_public_id()

    def clean_body(self) -> str:
        return self.clean_rich_text("body")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        blog = cleaned.get("blog") or (self.instance.blog if self.instance.blog_id else None)
        if blog is not None:
            self._check_permission(blog)
            self._check_zone(blog)
        return cleaned

    def _check_permission(self, blog: Blog) -> None:
        if self.action.may is may_publish and not permissions.may_publish(self.user, blog):
            self.add_error(None, _("You don't have permission to publish in this blog. Submit the post for review."))
        if not self.instance.pk and not permissions.may_write(self.user, blog):
            self.add_error("blog", _("You aren't assigned to this blog."))

    def _check_zone(self, blog: Blog) -> None:
        """A time that was typed under another blog's zone: which of the two is meant is for the editor to say."""
        seen = self.cleaned_data.get("seen_zone") or blog.time_zone
        is_scheduled = self.action.name == "schedule" and self.cleaned_data.get("publish_at")
        if not is_scheduled or seen == blog.time_zone:
            return
        names = {"blog": blog.title, "zone": times.zone_name(blog.zone, timezone.now())}
        message = _("Not scheduled: times in “%(blog)s” are in %(zone)s. Check the time and schedule again.")
        self.add_error("publish_at", ValidationError(message, params=names))
        self.show(seen_zone=blog.time_zone)

    # What is stored

    def has_seen(self, stored: Any) -> bool:
        return super().has_seen(stored) and self.cleaned_data.get("seen_state") == stored.state

    def add_conflict(self, stored: Any, user: AnyUser) -> None:
        """The next save is made with both texts in view."""
        super().add_conflict(stored, user)
        self.other = stored
        self.show(seen_state=stored.state)

    def describe_conflict(self, stored: Any, user: AnyUser) -> str:
        who = super().describe_conflict(stored, user)
        state = self.cleaned_data.get("seen_state")
        if not state or self.cleaned_data.get("seen_version") != stored.version:
            return who
        states = {"before": dict(Post.State.choices).get(state, state), "after": stored.get_state_display()}
        return f"{who} {gettext('Its state changed from %(before)s to %(after)s.') % states}"

    def edited(self) -> set[str]:
        """The fields of the content that say something else than what is stored."""
        names = (Post.EDITABLE_FIELDS | {"published_at"}).intersection(self.changed_data)
        return {name for name in names if getattr(self.instance, name) != self.initial.get(name)}

    def digest(self) -> str:
        """A hash of all that was sent with the form: its rows, its button and its files among the rest."""
        data: Any = self.data
        digest, sent = hashlib.sha256(), dict(data.lists())
        sent.pop("csrfmiddlewaretoken", None)
        digest.update(repr(sorted(sent.items())).encode())
        for name, files in sorted(self.files.lists()):
            for file in files:
                digest.update(f"{name} {file.size} ".encode())
                for chunk in file.chunks():
                    digest.update(chunk)
        return digest.hexdigest()


class CreditForm(CreditRow):
    class Meta:
        model = PostCredit
        fields = ["byline", "place", "position"]
        widgets = {"place": forms.TextInput(attrs={"placeholder": _("Place, such as Hong Kong")})}


class CreditInline(CreditTable):
    model = PostCredit
    form = CreditForm
    bare = ["byline"]


def own_credit(user: AnyUser) -> list[dict[str, Any]]:
    """The writer's own byline, with the place that stood beside it last. Two queries."""
    byline = Byline.objects.filter(user=user.pk or 0, is_active=True).first()
    if byline is None:
        return []
    last = PostCredit.objects.filter(byline=byline).order_by("-pk").first()
    return [{"byline": byline.pk, "place": last.place if last else ""}]
