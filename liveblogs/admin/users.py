"""Users and groups in the admin: Django's own forms, in which nobody gives what they lack."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..permissions import AnyUser
from .display import BoundedSearch

#: What only a superuser gives: it would be a way round the groups.
UNBOUND = {"is_superuser", "user_permissions"}

apps.get_app_config("auth").verbose_name = _("People")
admin.site.unregister([User, Group])


@admin.register(User)
class StaffAdmin(BoundedSearch, UserAdmin):
    list_display = ["username", "first_name", "last_name", "byline", "is_staff", "is_active"]
    list_select_related = ["byline"]
    filter_horizontal = []
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a user (the password among the rest) who may do more than they."""
        return super().has_change_permission(request, obj) and (obj is None or _is_within(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or _is_within(obj, request.user))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sections = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return sections
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in UNBOUND]})
            for title, options in sections
        ]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = CheckboxSelectMultiple
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and not request.user.is_superuser:
            field.queryset = Group.objects.filter(pk__in=[group.pk for group in _grantable(request.user)])
        return field


@admin.register(Group)
class StaffGroupAdmin(GroupAdmin):
    """For an installation that lets others than superusers run the groups."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj in _grantable(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj in _grantable(request.user))

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "permissions" and not request.user.is_superuser:
            mine = request.user.get_all_permissions()
            field.queryset = field.queryset.filter(pk__in=[each.pk for each in field.queryset if _name(each) in mine])
        return field


def _grantable(user: AnyUser) -> list[Group]:
    """The groups that hold nothing which the user lacks. Two queries."""
    mine = user.get_all_permissions()
    groups = Group.objects.prefetch_related("permissions__content_type")
    return [group for group in groups if all(_name(each) in mine for each in group.permissions.all())]


def _is_within(other: User, user: AnyUser) -> bool:
    """Whether ``other`` may do nothing that ``user`` may not, now or once the account is active again."""
    if user.is_superuser or other.is_superuser:
        return bool(user.is_superuser)
    held = Permission.objects.filter(Q(user=other) | Q(group__user=other)).select_related("content_type")
    return {_name(each) for each in held} <= user.get_all_permissions()


def _name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
