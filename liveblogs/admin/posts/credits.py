"""The credits of a post, as rows of its form."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from ...models import Byline, PostCredit
from ..rows import CreditRow, OrderedTable


class CreditForm(CreditRow):
    class Meta:
        model = PostCredit
        fields = ["byline", "place", "position"]
        widgets = {"place": forms.TextInput(attrs={"placeholder": _("Place, such as Hong Kong")})}


class CreditInline(OrderedTable):
    model = PostCredit
    form = CreditForm
    related_name = "credits"
    autocomplete_fields = ["byline"]
    bare = ["byline"]


def own_credit(user: User) -> list[dict[str, Any]]:
    """The writer's own byline, with the place that stood beside it last. Two queries."""
    byline = Byline.objects.filter(user=user, is_active=True).first()
    if byline is None:
        return []
    last = PostCredit.objects.filter(byline=byline).order_by("-pk").first()
    return [{"byline": byline.pk, "place": last.place if last else ""}]
