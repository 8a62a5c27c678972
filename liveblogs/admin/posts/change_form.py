"""Showing and saving the form of a post, for its page in the admin and for the desk."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ... import permissions, publishing
from ...models import Blog, Image, Post
from ...models.post import new_public_id
from .. import buttons, conflicts, desk
from ..actions import Command
from ..display import change_url, without_links
from ..history import VersionedAdmin
from .form import CreditInline, PostForm, own_credit
from .pictures import PictureForm, PictureInline, picture_rows


class SentTwice(Exception):
    """The form was sent again unchanged; ``args`` has the post that it made."""


class PostChangeForm(VersionedAdmin):
    form: Any = PostForm
    inlines: Any = [CreditInline, PictureInline]
    change_form_template: Any = "admin/liveblogs/post/change_form.html"

    class Media:
        js = [Script("liveblogs/post.js", type="module"), Script("liveblogs/paste.js", type="module")]

    # What it shows

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user, form.action = request.user, buttons.pressed(request.POST)
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_links(field) if db_field.name == "blog" else field

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> Any:
        hidden = ["seen_version", "seen_state", "seen_zone"] if obj else ["form_key", "seen_zone"]
        main = ["blog", "headline", "body", ("label", "is_key_event"), "notes", *hidden]
        if not self.has_change_permission(request, obj):
            main = ["blog", "headline", "body", "label", "is_key_event", "notes"]
        sections: list[Any] = [(None, {"fields": main})]
        if obj is not None and obj.published_at is not None:
            fields = ["correction", *(["published_at"] if obj.is_published else [])]
            sections.append((_("After publication"), {"fields": fields}))
        elif request.user.has_perm("liveblogs.publish_post"):
            sections.append((_("Schedule"), {"fields": ["publish_at"]}))
        return sections

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        # Django hands on the list's filters as one parameter.
        filtered = QueryDict(initial.pop("_changelist_filters", "")).get("blog")
        if filtered:
            initial.setdefault("blog", filtered)
        if "blog" not in initial:
            mine = permissions.blogs_for(request.user)
            live = list(Blog.objects.live().filter(pk__in=mine).values_list("pk", flat=True)[:2])
            if len(live) == 1:
                initial["blog"] = live[0]
        return initial

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, CreditInline) and not obj.pk and request.method == "GET":
            kwargs["initial"] = own_credit(request.user)
        return kwargs

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj: Any = kwargs.get("obj")
        form, user = context["adminform"].form, request.user
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        context |= {
            "post": obj,
            "buttons": buttons.for_form(user, obj),
            "other": form.other,
            "differences": conflicts.rows(form.other, form, formsets) if form.other is not None else [],
            "action": form.action,
            "is_desk": is_desk(request),
            "is_restored": "_restore" in form.data,
            "last_change": conflicts.last_change(obj) if obj is not None else None,
            "may_erase": obj is not None and obj.published_at is not None and permissions.may_erase(user, obj),
            "has_no_blog": obj is None and not permissions.blogs_for(user).exists(),
        }
        if is_desk(request) and obj is not None and not permissions.may_edit(user, obj):
            return JsonResponse({"error": gettext("You can no longer edit this post.")}, status=403)
        response = super().render_change_form(request, context, *args, **kwargs)
        if is_desk(request):
            response.template_name = "admin/liveblogs/desk/form.html"
        return response

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        if not is_desk(request):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        gone = gettext("This post was deleted, or you no longer have access to its blog.")
        return JsonResponse({"error": gone}, status=404)

    # Saving

    def submit(self, request: HttpRequest, form: Any, formsets: Any) -> HttpResponse | None:
        try:
            return super().submit(request, form, formsets)
        except SentTwice as again:
            [post] = again.args
            return self._answer(request, post, gettext("Already saved"), messages.INFO)

    def prepare(self, form: Any, formsets: Any) -> None:
        """Lock the blog of the post, the one that a draft leaves, and pictures whose words change with their blogs.

        A new post is saved once, however often its form is sent.
        """
        own = Q(pk__in={form.instance.blog_id, form.initial.get("blog", form.instance.blog_id)})
        if any(row.changes_words() for row in _to_save(formsets)):
            rows = [row.cleaned_data for row in picture_rows(formsets) if row.is_filled()]
            images = Image.objects.filter(pk__in=[row["image"].pk for row in rows if row.get("image")])
            shows = Blog.objects.filter(Q(cover__in=images) | Q(posts__images__image__in=images))
            publishing.lock_blogs(own | Q(pk__in=shows.values("pk")), images)
        else:
            publishing.lock_blogs(own)
        stored = Post.objects.select_related("blog").filter(pk=form.instance.pk or 0).first()
        if stored is not None and form.has_seen(stored) and not permissions.may_edit(form.user, stored):
            raise publishing.ChangeRefused(_("You can no longer edit this post."))
        made = Post.objects.filter(public_id=form.cleaned_data.get("form_key", ""), created_by=form.user)
        if form.instance.pk is None and (post := made.first()) is not None:
            if form.digest() == post.form_digest:
                raise SentTwice(post)
            form.show(form_key=new_public_id())
            raise publishing.ChangeRefused(resent_message(post))

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Save a new post as a draft. What is changed is saved by its action, after its rows."""
        if change:
            return
        obj.created_by, obj.public_id, obj.form_digest = form.user, form.cleaned_data["form_key"], form.digest()
        obj._change_reason = "created"  # type: ignore[attr-defined]
        obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        post, action, user = form.instance, form.action, form.user
        edited = form.edited() | {formset.prefix for formset in formsets if formset.has_changed()}
        if change and edited and not action.saves:
            raise publishing.ChangeRefused(_("Your changes haven't been saved. Choose “Update” first."))
        pictures = _to_save(formsets)
        for row in pictures:
            row.save_upload()
        super().save_related(request, form, formsets, change)
        if change and action.name in ("update", "minor") and edited <= {"notes"}:
            publishing.save_notes(post, by=user)
            return
        for row in pictures:
            row.save_words()
        note = request.POST.get("_reason", "").strip()
        with_pictures = "_with_pictures" in request.POST
        action.run(post, Command(user, note=note, at=post.publish_at, with_pictures=with_pictures))

    def keep_files(self, form: Any, formsets: Any) -> None:
        for row in picture_rows(formsets):
            row.keep_upload()

    def drop_files(self, form: Any, formsets: Any) -> None:
        for row in picture_rows(formsets):
            row.drop_upload()

    def respond(self, request: HttpRequest, form: Any, *, change: bool) -> HttpResponse:
        """Say what readers see now, and what was taken out of the text; then show the post again."""
        post, action = form.instance, form.action
        message = action.message_for(post, Command(form.user, with_pictures="_with_pictures" in request.POST))
        address = reverse("admin:liveblogs_post_preview", args=[post.pk]) if action.name == "preview" else ""
        return self._answer(request, post, message, messages.SUCCESS, " ".join(_warnings(form)), address)

    def _answer(
        self, request: HttpRequest, post: Post, message: str, level: int, warning: str = "", address: str = ""
    ) -> HttpResponse:
        if is_desk(request):
            card = desk.card(request, self.get_queryset(request).get(pk=post.pk))
            return JsonResponse({"message": message, "warning": warning, "post": post.pk, "html": card})
        self.message_user(request, with_links(message, post) if level == messages.SUCCESS else message, level)
        if warning:
            self.message_user(request, warning, messages.WARNING)
        return HttpResponseRedirect(address or change_url(post))


def _to_save(formsets: Any) -> list[PictureForm]:
    return [row for row in picture_rows(formsets) if row.has_changed() and row.is_filled()]


def is_desk(request: HttpRequest) -> bool:
    """Whether the desk asks: it wants the form alone, and an answer that it can put in its place."""
    return "X-Desk" in request.headers


def resent_message(post: Post) -> SafeString:
    """The message for a form that has made a post already and was sent again with other content."""
    return format_html(
        '{} <a href="{}">{}</a> ({}). {}',
        gettext("This form already created a post:"),
        change_url(post),
        post,
        post.get_state_display(),
        gettext("The text below hasn't been saved. Copy it to that post, or save again to create another."),
    )


def with_links(message: str, post: Post) -> SafeString:
    """A message, and where an editor goes from a post that readers see."""
    if not (post.is_published and post.blog.is_visible):
        return format_html("{}", message)
    new = f"{reverse('admin:liveblogs_post_add')}?blog={post.blog_id}"
    links = [
        (post.get_absolute_url(), gettext("View live page")),
        (new, gettext("New post")),
        (reverse("admin:liveblogs_blog_desk", args=[post.blog_id]), gettext("Desk")),
    ]
    return format_html("{} {}", message, format_html_join(" · ", '<a href="{}">{}</a>', links))


def _warnings(form: PostForm) -> Iterator[str]:
    action = form.action
    if form.removed and action.saves:
        yield gettext("Removed from the text: %(what)s.") % {"what": ", ".join(form.removed)}
    if form.cleaned_data.get("publish_at") and action.name in ("save", "preview", "submit"):
        yield gettext("Not scheduled yet: choose “Schedule” to use this time.")
