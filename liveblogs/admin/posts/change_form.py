"""The form of a post, with buttons that say what they do."""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import DatabaseError, IntegrityError, transaction
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ... import permissions, publishing
from ...models import Blog, Post, StaleVersion
from ...pictures import files
from ...text import richtext
from .. import buttons, conflicts, desk
from ..actions import Action, Command
from ..display import without_links
from ..history import VersionedAdmin
from ..requests import staff
from .context import FormContext
from .credits import CreditInline, own_credit
from .form import PostForm, blogs_touched, is_sent_again
from .pictures import PictureForm, PictureInline

logger = logging.getLogger(__name__)


class PostChangeForm(VersionedAdmin):
    form: Any = PostForm
    inlines: Any = [CreditInline, PictureInline]
    change_form_template: Any = "admin/liveblogs/post/change_form.html"

    class Media:
        js = [Script("liveblogs/post.js", type="module"), Script("liveblogs/paste.js", type="module")]

    # The form

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.context = FormContext.of(request)
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
            kwargs["initial"] = own_credit(staff(request).user)
        return kwargs

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        context = FormContext.of(request)
        if "_restore" in request.POST:
            # What was typed and not saved, in the form again: all of it, and what stands in its way.
            request.form_context = replace(  # type: ignore[attr-defined]
                context, refusal=publishing.ChangeRefused(_("This is what you typed. It is not saved yet."))
            )
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            # One transaction for the post, its rows and what publishing makes of them.
            with files.kept_together(), transaction.atomic():
                publishing.lock_blogs(blogs_touched(request.POST, object_id))
                if object_id is None and (saved := self._already_saved(request)):
                    if is_sent_again(request, context.action, saved):
                        return self._saved_already(request, saved)
                    refusal = publishing.ChangeRefused(resent_message(saved))
                    request.form_context = replace(context, refusal=refusal, is_resent=True)  # type: ignore[attr-defined]
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (publishing.ChangeRefused, StaleVersion) as refused:
            request.form_context = replace(context, refusal=refused)  # type: ignore[attr-defined]
        except IntegrityError:
            if object_id is None and (saved := self._already_saved(request)):
                return self._saved_already(request, saved)
            raise
        except (DatabaseError, OSError):  # a disk is full, say
            logger.exception("A post could not be saved")
            refusal = publishing.ChangeRefused(desk.FAILED)
            request.form_context = replace(context, refusal=refusal, has_failed=True)  # type: ignore[attr-defined]
        # Nothing was saved: the form comes back with all that was typed, and with the reason.
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        if not is_desk(request):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        gone = gettext("This post is gone: somebody deleted it, or you do not work in its blog any more.")
        return JsonResponse({"error": gone}, status=404)

    def _already_saved(self, request: HttpRequest) -> Post | None:
        """The post that the same form made a moment ago: a double click makes one post."""
        key = request.POST.get("form_key", "")
        return Post.objects.filter(public_id=key, created_by=request.user.pk).first() if key else None

    def _saved_already(self, request: HttpRequest, post: Post) -> HttpResponse:
        message = gettext("This post was saved already; it was sent twice.")
        if is_desk(request):
            return JsonResponse({"message": message, "post": post.pk, "html": desk.card(staff(request), post)})
        self.message_user(request, message, messages.INFO)
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
            "buttons": buttons.for_form(staff(request).user, obj),
            "other": other,
            "differences": conflicts.rows(other, form, formsets) if other is not None else [],
            "action": form.context.action,
            "is_desk": is_desk(request),
            "is_restored": "_restore" in request.POST,
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

    # Saving

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Only a new post is saved here, as a draft; what is changed is saved by its action, after its rows."""
        if change:
            return
        obj.created_by_id = request.user.pk
        obj.public_id = form.cleaned_data["form_key"]
        obj._change_reason = "written"  # type: ignore[attr-defined]
        obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        action = form.context.action
        if not action.saves and self._has_edits(form, formsets):
            raise publishing.ChangeRefused(
                _("What you changed is not saved yet. Choose “Update” first, then the other button.")
            )
        super().save_related(request, form, formsets, change)
        if change and action.name in ("update", "minor") and not self._has_edits(form, formsets, besides={"notes"}):
            publishing.save_notes(form.instance, by=request.user)
            return
        for formset in formsets:
            for row in formset.forms:
                if isinstance(row, PictureForm) and row.has_changed() and row not in formset.deleted_forms:
                    row.save_words()
        post: Post = form.instance
        note = request.POST.get("_reason", "").strip()
        action.run(post, Command(user=staff(request).user, note=note, at=post.publish_at))

    @staticmethod
    def _has_edits(form: Any, formsets: Iterable[Any], besides: Collection[str] = ()) -> bool:
        before = Post.objects.get(pk=form.instance.pk)
        content = (Post.EDITABLE_FIELDS | {"published_at"}) - set(besides)
        names = [name for name in form.changed_data if name in content]
        edited = any(getattr(form.instance, name) != getattr(before, name) for name in names)
        return edited or any(formset.has_changed() for formset in formsets)

    def response_add(self, request: HttpRequest, obj: Post, post_url_continue: str | None = None) -> HttpResponse:
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Say what readers see now, and what was taken out of the text; then show the post again."""
        action = buttons.pressed(request.POST)
        message = action.message_for(post, Command(user=staff(request).user))
        warning = " ".join(_warnings(request, action))
        if is_desk(request):
            fresh = self.get_queryset(request).get(pk=post.pk)
            card = desk.card(staff(request), fresh)
            return JsonResponse({"message": message, "warning": warning, "post": post.pk, "html": card})
        self.message_user(request, with_links(message, post), messages.SUCCESS)
        if warning:
            self.message_user(request, warning, messages.WARNING)
        if action.name == "preview":
            return HttpResponseRedirect(reverse("admin:liveblogs_post_preview", args=[post.pk]))
        return HttpResponseRedirect(change_url(post))


# What editors are told
# ---------------------


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


def with_links(message: str, post: Post) -> SafeString:
    """A message, and where an editor goes from a post that readers see."""
    if not (post.is_published and post.blog.is_visible):
        return format_html("{}", message)
    new = f"{reverse('admin:liveblogs_post_add')}?blog={post.blog_id}"
    links = [
        (post.get_absolute_url(), gettext("See it as readers do")),
        (new, gettext("Write another post")),
        (reverse("admin:liveblogs_blog_desk", args=[post.blog_id]), gettext("Desk")),
    ]
    return format_html("{} {}", message, format_html_join(" · ", '<a href="{}">{}</a>', links))


def _warnings(request: HttpRequest, action: Action) -> Iterator[str]:
    removed = richtext.clean(request.POST.get("body", "")).removed if action.saves else []
    if removed:
        yield gettext("Removed from the text: %(what)s.") % {"what": ", ".join(removed)}
    if request.POST.get("publish_at") and action.name in ("save", "preview", "submit"):
        yield gettext("This post is not on the schedule: choose “Schedule” for the time to count.")
