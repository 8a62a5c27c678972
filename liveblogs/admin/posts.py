"""Posts in the admin: the form with buttons that say what they do, and the list with its actions."""

import logging
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Prefetch, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import permissions, publishing
from ..models import Blog, Byline, Image, Post, PostCredit, PostImage, StaleVersion
from ..pictures import files
from ..publishing import review
from ..text import credits, richtext, times
from ..text.numbers import parse_id
from ..views import pages
from . import conflicts, desk, library
from .base import OrderedStack, OrderedTable, thumbnail, without_links
from .history import VersionedAdmin
from .post_forms import STATE_ONLY, CreditForm, PictureForm, PostForm, act_of, blogs_touched, is_sent_again

logger = logging.getLogger(__name__)

#: Button, name, whether it leads, by state of the post. Editors have the first list, writers the second.
EDITORS_BUTTONS: dict[str, list[tuple[str, Any]]] = {
    "draft": [
        ("publish", _("Publish now")),
        ("schedule", _("Schedule")),
        ("submit", _("Submit for review")),
        ("save", _("Save draft")),
        ("preview", _("Save and preview")),
    ],
    "submitted": [
        ("publish", _("Publish now")),
        ("schedule", _("Schedule")),
        ("to_draft", _("Back to draft")),
        ("save", _("Save")),
        ("preview", _("Save and preview")),
    ],
    "scheduled": [
        ("schedule", _("Save schedule")),
        ("publish", _("Publish now")),
        ("to_draft", _("Take off the schedule")),
    ],
    "published": [
        ("update", _("Update")),
        ("minor", _("Update as minor edit")),
        ("pin", _("Pin")),
        ("unpin", _("Unpin")),
    ],
    "withdrawn": [
        ("publish", _("Publish again")),
        ("save", _("Save")),
        ("to_draft", _("Back to draft")),
    ],
}
WRITERS_BUTTONS: dict[str, list[tuple[str, Any]]] = {
    "draft": [
        ("submit", _("Submit for review")),
        ("save", _("Save draft")),
        ("preview", _("Save and preview")),
    ],
    "submitted": [("save", _("Save")), ("to_draft", _("Back to draft")), ("preview", _("Save and preview"))],
}


# Rows
# ----


class CreditInline(OrderedTable):
    model = PostCredit
    form = CreditForm
    autocomplete_fields = ["byline"]
    bare = ["byline"]

    def rows_of(self, obj: Post) -> Any:
        return obj.credits


class PictureInline(OrderedStack):
    model = PostImage
    form = PictureForm
    template = "admin/liveblogs/post/pictures.html"
    fields = [("file", "image"), "alt", "caption", "credit", "position", "seen_words"]
    bare = ["image"]

    class Media:
        css = {"all": ["liveblogs/library.css"]}
        js = [Script(f"liveblogs/{name}.js", type="module") for name in ("uploads", "library", "pictures")]

    def rows_of(self, obj: Post) -> Any:
        return obj.images

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostImage]:
        return super().get_queryset(request).select_related("image")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.request = request  # type: ignore[attr-defined]
        return formset


# Filters
# -------


class BlogFilter(admin.SimpleListFilter):
    title = _("blog")
    parameter_name = "blog"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), title) for pk, title in permissions.blogs_for(request.user).values_list("pk", "title")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        return queryset.filter(blog=number) if (number := parse_id(self.value() or "")) else queryset


class BylineFilter(admin.SimpleListFilter):
    title = _("byline")
    parameter_name = "byline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        credited = Byline.objects.filter(pk__in=PostCredit.objects.values("byline"))
        return [(str(byline.pk), str(byline)) for byline in credited[:200]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        return queryset.filter(credits__byline=number) if (number := parse_id(self.value() or "")) else queryset


class PinnedFilter(admin.SimpleListFilter):
    title = _("pinned")
    parameter_name = "pinned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        return queryset.filter(pinned_at__isnull=self.value() == "no") if self.value() else queryset


# The admin
# ---------


@admin.register(Post)
class PostAdmin(VersionedAdmin):
    form = PostForm
    inlines = [CreditInline, PictureInline]
    change_form_template = "admin/liveblogs/post/change_form.html"
    version_fields = {"headline": False, "body": True, "label": False, "correction": False, "is_key_event": False}
    list_display = ["picture", "title", "state_badge", "marks", "time", "desk_of_blog", "credit_line"]
    list_display_links = ["title"]
    list_filter = ["state", BlogFilter, BylineFilter, PinnedFilter, "is_key_event"]
    search_fields = ["headline", "body", "credits__byline__name"]
    search_help_text = _("Headline, text or byline")
    date_hierarchy = "created_at"
    list_select_related = ["blog"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["publish_posts", "withdraw_posts", "pin_posts", "unpin_posts"]

    class Media:
        js = [Script("liveblogs/post.js", type="module"), Script("liveblogs/paste.js", type="module")]

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<int:pk>/preview/", wrap(self.preview_view), name="liveblogs_post_preview"),
            path("<int:pk>/erase/", wrap(self.erase_view), name="liveblogs_post_erase"),
            path("picture/<int:pk>/", wrap(self.picture_view), name="liveblogs_post_picture"),
            path("clean-paste/", wrap(self.clean_paste_view), name="liveblogs_post_clean_paste"),
            *super().get_urls(),
        ]

    # Who may what

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        mine = permissions.posts_for(request.user)
        return mine.select_related("blog").prefetch_related(
            Prefetch("credits", PostCredit.objects.select_related("byline")),
            Prefetch("images", PostImage.objects.select_related("image")),
        )

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_view_permission(request, obj) and (obj is None or permissions.may_view(request.user, obj))

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or permissions.may_edit(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """By ``roles`` alone: a writer may throw away a draft, and has no permission to delete."""
        return obj is not None and permissions.may_delete(request.user, obj)

    def why_kept(self, obj: Post) -> str:
        if obj.published_at is None:
            return ""
        return gettext("A post that readers have seen is not deleted. It can be withdrawn.")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """For Django's choice of list actions; each post is asked about again."""
        return request.user.has_perm("liveblogs.publish_post")

    # The form

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
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

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        if "_restore" in request.POST:
            # What was typed and not saved, in the form again: all of it, and what stands in its way.
            request.is_restored = True  # type: ignore[attr-defined]
            request.refused = publishing.ChangeRefused(_("This is what you typed. It is not saved yet."))  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            # One transaction for the post, its rows and what publishing makes of them.
            with files.kept_together(), transaction.atomic():
                publishing.lock_blogs(blogs_touched(request.POST, object_id))
                if object_id is None and (saved := self._already_saved(request)):
                    if is_sent_again(request, saved):
                        return self._saved_already(request, saved)
                    request.is_resent = True  # type: ignore[attr-defined]
                    request.refused = publishing.ChangeRefused(resent_message(saved))  # type: ignore[attr-defined]
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (publishing.ChangeRefused, StaleVersion) as refused:
            request.refused = refused  # type: ignore[attr-defined]
        except IntegrityError:
            if object_id is None and (saved := self._already_saved(request)):
                return self._saved_already(request, saved)
            raise
        except (DatabaseError, OSError):  # a disk is full, say
            logger.exception("A post could not be saved")
            request.refused = publishing.ChangeRefused(desk.FAILED)  # type: ignore[attr-defined]
            request.has_failed = True  # type: ignore[attr-defined]
        # Nothing was saved: the form comes back with all that was typed, and with the reason.
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        if not is_desk(request):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        told = gettext("This post is gone: somebody deleted it, or you do not work in its blog any more.")
        return JsonResponse({"error": told}, status=404)

    def _already_saved(self, request: HttpRequest) -> Post | None:
        """The post that the same form made a moment ago: a double click makes one post."""
        key = request.POST.get("form_key", "")
        return Post.objects.filter(public_id=key, created_by=request.user.pk).first() if key else None

    def _saved_already(self, request: HttpRequest, post: Post) -> HttpResponse:
        told = gettext("This post was saved already; it was sent twice.")
        if is_desk(request):
            return JsonResponse({"told": told, "post": post.pk, "html": desk.card(request, post)})
        self.message_user(request, told, messages.INFO)
        return HttpResponseRedirect(change_url(post))

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        form = context["adminform"].form
        other = getattr(form, "other", None)
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        context |= {
            "post": obj,
            "buttons": self._buttons(request, obj),
            "other": other,
            "differences": conflicts.rows(other, form, formsets) if other is not None else [],
            "act": act_of(request),
            "is_desk": is_desk(request),
            "is_restored": getattr(request, "is_restored", False),
            "may_withdraw": obj is not None and obj.is_published and permissions.may_publish(request.user, obj.blog),
            "last_change": obj.history.select_related("history_user").first() if obj is not None else None,
            "may_preview": obj is not None and permissions.may_view(request.user, obj),
            "may_erase": obj is not None and obj.published_at is not None and permissions.may_erase(request.user, obj),
            "has_no_blog": obj is None and not permissions.blogs_for(request.user).exists(),
        }
        if is_desk(request) and obj is not None and not permissions.may_edit(request.user, obj):
            return JsonResponse({"error": gettext("You may not change this post any more.")}, status=403)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if is_desk(request):
            response.template_name = "admin/liveblogs/desk/form.html"
        return response

    def _buttons(self, request: HttpRequest, post: Post | None) -> list[tuple[str, Any]]:
        user = request.user
        if post is not None and not permissions.may_edit(user, post):
            return []
        publishes = (
            permissions.may_publish(user, post.blog) if post is not None else user.has_perm("liveblogs.publish_post")
        )
        buttons = EDITORS_BUTTONS if publishes else WRITERS_BUTTONS
        shown = buttons.get(post.state if post is not None else Post.State.DRAFT, [])
        hidden = "pin" if post is not None and post.is_pinned else "unpin"
        return [(act, label) for act, label in shown if act != hidden]

    # Saving

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Only a new post is saved here, as a draft; what is changed is saved by ``_carry_out``, after its rows."""
        if change:
            return
        obj.created_by_id = request.user.pk
        obj.public_id = form.cleaned_data["form_key"]
        obj._change_reason = "written"  # type: ignore[attr-defined]
        obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        act = act_of(request)
        if act in STATE_ONLY and self._has_edits(form, formsets):
            raise publishing.ChangeRefused(
                _("What you changed is not saved yet. Choose “Update” first, then the other button.")
            )
        super().save_related(request, form, formsets, change)
        if change and act in ("update", "minor") and not self._has_edits(form, formsets, besides={"notes"}):
            publishing.save_notes(form.instance, by=request.user)
            return
        for formset in formsets:
            for row in formset.forms:
                if isinstance(row, PictureForm) and row.has_changed() and row not in formset.deleted_forms:
                    row.save_words()
        self._carry_out(request, form.instance, act)

    @staticmethod
    def _has_edits(form: Any, formsets: Iterable[Any], besides: Collection[str] = ()) -> bool:
        before = Post.objects.get(pk=form.instance.pk)
        content = (Post.EDITABLE_FIELDS | {"published_at"}) - set(besides)
        names = [name for name in form.changed_data if name in content]
        edited = any(getattr(form.instance, name) != getattr(before, name) for name in names)
        return edited or any(formset.has_changed() for formset in formsets)

    def _carry_out(self, request: HttpRequest, post: Post, act: str) -> None:
        user = request.user
        if act == "publish":
            review.publish(post, by=user)
        elif act == "schedule" and post.publish_at:
            review.schedule(post, post.publish_at, by=user)
        elif act in ("update", "minor"):
            publishing.update(post, by=user, minor=act == "minor")
        elif act == "withdraw":
            publishing.withdraw(post, by=user, reason=request.POST.get("_reason", "").strip())
        elif act == "pin":
            publishing.pin(post, by=user)
        elif act == "unpin":
            publishing.unpin(post, by=user)
        elif act == "submit":
            publishing.submit(post, by=user)
        elif act == "to_draft":
            review.send_back(post, "", by=user)
        elif post.is_published:
            # Return in a text field of a published post: an update is meant, and its button says so.
            raise publishing.ChangeRefused(_("Choose “Update” to show readers your changes."))
        else:
            publishing.save_draft(post, by=user)

    def response_add(self, request: HttpRequest, obj: Post, post_url_continue: str | None = None) -> HttpResponse:
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Say what readers see now, and what was taken out of the text; then show the post again."""
        act = act_of(request)
        told = done_message(act, post, with_links=not is_desk(request))
        removed = richtext.clean(request.POST.get("body", "")).removed if act not in STATE_ONLY else []
        warnings = []
        if removed:
            warnings.append(gettext("Removed from the text: %(what)s.") % {"what": ", ".join(removed)})
        if request.POST.get("publish_at") and act in ("save", "preview", "submit"):
            warnings.append(gettext("This post is not on the schedule: choose “Schedule” for the time to count."))
        warning = " ".join(warnings)
        if is_desk(request):
            fresh = self.get_queryset(request).get(pk=post.pk)
            return JsonResponse({
                "told": told, "warning": warning, "post": post.pk, "html": desk.card(request, fresh)
            })  # fmt: skip
        self.message_user(request, told, messages.SUCCESS)
        if warning:
            self.message_user(request, warning, messages.WARNING)
        if act == "preview":
            return HttpResponseRedirect(reverse("admin:liveblogs_post_preview", args=[post.pk]))
        return HttpResponseRedirect(change_url(post))

    def desk_of(self, obj: Post) -> str:
        return f"{reverse('admin:liveblogs_blog_desk', args=[obj.blog_id])}#desk-{obj.pk}"

    def restore(self, request: HttpRequest, obj: Post) -> None:
        if obj.is_published:
            publishing.update(obj, by=request.user)
        else:
            publishing.save_draft(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        obj.delete()

    # Further views

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        post = get_object_or_404(permissions.posts_for(request.user).select_related("blog"), pk=pk)
        return pages.preview_page(request, post)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For what must not stay anywhere: empties a post and its history, after a question."""
        post = get_object_or_404(permissions.posts_for(request.user).select_related("blog"), pk=pk)
        if post.published_at is None or not permissions.may_erase(request.user, post):
            raise PermissionDenied
        if request.method == "POST":
            publishing.erase(post, by=request.user)
            self.message_user(request, _("Erased: the text, credits and history are gone."), messages.SUCCESS)
            return HttpResponseRedirect(change_url(post))
        context = self.admin_site.each_context(request) | {
            "title": _("Erase this post for good?"),
            "post": post,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/liveblogs/post/confirm_erase.html", context)

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a row shows of a picture."""
        if not request.user.has_perm("liveblogs.view_image"):
            raise PermissionDenied
        image = get_object_or_404(Image, pk=pk)
        return JsonResponse(library.as_json(image))

    def clean_paste_view(self, request: HttpRequest) -> HttpResponse:
        """HTML from the clipboard as the editor may have it: lists of Word and Google Docs become lists."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        try:
            cleaned = richtext.clean(request.POST.get("html", ""))
        except ValueError as error:
            return JsonResponse({"error": str(error)}, status=400)
        return JsonResponse({"html": cleaned.html, "removed": cleaned.removed})

    # The list

    @admin.display(description=_("post"), ordering="headline")
    def title(self, post: Post) -> str:
        return post.headline or richtext.excerpt(post.body, 80) or gettext("A picture")

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, post: Post) -> SafeString:
        return state_badge(post)

    @admin.display(description=_("time"), ordering="published_at")
    def time(self, post: Post) -> str:
        at = post.published_at or post.publish_at or post.created_at
        return times.post_time(at, post.blog.zone)

    @admin.display(description=_("blog"), ordering="blog__title")
    def desk_of_blog(self, post: Post) -> SafeString:
        """The blog, as the way to the post on its desk."""
        return format_html(
            '<a href="{}" title="{}">{}</a>', self.desk_of(post), gettext("To the desk"), post.blog.title
        )

    @admin.display(description=_("marks"), ordering="pinned_at")
    def marks(self, post: Post) -> SafeString:
        """Whether it is pinned, and whether it is a key event."""
        found = [("pinned", gettext("Pinned"))] if post.is_pinned else []
        found += [("key", gettext("Key event"))] if post.is_key_event else []
        return format_html_join(" ", '<span class="state-badge is-{}">{}</span>', found)

    @admin.display(description=_("credits"))
    def credit_line(self, post: Post) -> str:
        return credits.text(credits.post_line([credit.as_read() for credit in post.credits.all()], post.label))

    @admin.display(description=_("picture"))
    def picture(self, post: Post) -> SafeString | str:
        return thumbnail(next((row.image for row in post.images.all()), None))

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish_posts(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        def publish(post: Post, by: Any) -> None:
            if post.is_published:
                raise publishing.ChangeRefused(_("This post is published already."))
            review.publish(post, by=by)

        self._each(request, queryset, publish, _("published"))

    @admin.action(description=_("Withdraw from readers"), permissions=["publish"])
    def withdraw_posts(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            context = self.admin_site.each_context(request) | {
                "title": _("Withdraw these posts?"),
                "posts": queryset,
                "opts": self.opts,
                "action": "withdraw_posts",
            }
            return TemplateResponse(request, "admin/liveblogs/post/confirm_withdraw.html", context)
        reason = request.POST.get("reason", "").strip()

        def withdraw(post: Post, by: Any) -> None:
            publishing.withdraw(post, by=by, reason=reason)

        self._each(request, queryset, withdraw, _("withdrawn"))
        return None

    @admin.action(description=_("Pin"), permissions=["publish"])
    def pin_posts(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self._each(request, queryset, publishing.pin, _("pinned"))

    @admin.action(description=_("Unpin"), permissions=["publish"])
    def unpin_posts(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self._each(request, queryset, publishing.unpin, _("unpinned"))

    def _each(self, request: HttpRequest, queryset: QuerySet[Post], change: Any, done: Any) -> None:
        """One change for each post, in the order of time, with a sentence for each that was refused."""
        count = 0
        for post in queryset.order_by("pk"):
            try:
                self._refuse_stranger(request, post)
                change(post, by=request.user)
            except ValidationError as refused:
                why = {"post": self.title(post), "why": " ".join(refused.messages)}
                self.message_user(request, gettext("“%(post)s”: %(why)s") % why, messages.ERROR)
            else:
                count += 1
        if count:
            told = ngettext("%(count)d post %(done)s.", "%(count)d posts %(done)s.", count)
            self.message_user(request, told % {"count": count, "done": done}, messages.SUCCESS)

    @staticmethod
    def _refuse_stranger(request: HttpRequest, post: Post) -> None:
        if not permissions.may_publish(request.user, post.blog):
            raise publishing.ChangeRefused(_("You may not publish in this blog."))


# What editors are told
# ---------------------


def state_badge(post: Post) -> SafeString:
    return format_html('<span class="state-badge is-{}">{}</span>', post.state, post.get_state_display())


def is_desk(request: HttpRequest) -> bool:
    """Whether the desk asks: it wants the form alone, and an answer that it can put in its place."""
    return "X-Desk" in request.headers


def change_url(post: Post) -> str:
    return reverse("admin:liveblogs_post_change", args=[post.pk])


def resent_message(post: Post) -> SafeString:
    """For a form that made a post, was come back to and sent with something else in it."""
    return format_html(
        '{} <a href="{}">{}</a> ({}). {}',
        gettext("This form has made a post already:"),
        change_url(post),
        post,
        post.get_state_display(),
        gettext("What stands below is not saved. Copy it to that post, or press the button again for another one."),
    )


def done_message(act: str, post: Post, *, with_links: bool = True) -> SafeString:
    """What became of the post for its readers."""
    zone = post.blog.zone
    if not post.is_published:
        told = {
            "schedule": gettext("Scheduled for %(time)s."),
            "submit": gettext("Submitted for review. Readers do not see it yet."),
            "to_draft": gettext("This post is a draft again. Readers do not see it."),
            "withdraw": gettext("Withdrawn. Readers do not see it any more."),
        }.get(act, gettext("Saved. Readers do not see it."))
        at = post.publish_at
        return format_html("{}", told % {"time": times.post_time(at, zone)} if at else told)
    told = {
        "publish": gettext("Published."),
        "update": gettext("Updated."),
        "minor": gettext("Updated as a minor edit: the time that readers see stays."),
        "pin": gettext("Pinned: it leads the page."),
        "unpin": gettext("Unpinned: it is back in its place."),
    }.get(act, gettext("Saved."))
    if not post.blog.is_visible:
        return format_html("{} {}", told, gettext("Readers will see it when the blog is opened."))
    if not with_links:
        return format_html("{}", told)
    new = f"{reverse('admin:liveblogs_post_add')}?blog={post.blog_id}"
    links = [
        (post.get_absolute_url(), gettext("See it as readers do")),
        (new, gettext("Write another post")),
        (reverse("admin:liveblogs_blog_desk", args=[post.blog_id]), gettext("Desk")),
    ]
    return format_html("{} {}", told, format_html_join(" · ", '<a href="{}">{}</a>', links))


def own_credit(user: Any) -> list[dict[str, Any]]:
    """The writer's own byline, with the place that stood beside it last. Two queries."""
    byline = Byline.objects.filter(user=user, is_active=True).first()
    if byline is None:
        return []
    last = PostCredit.objects.filter(byline=byline).order_by("-pk").first()
    return [{"byline": byline.pk, "place": last.place if last else ""}]
