"""What the forms of a post know about the request that they are for."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest

from ... import publishing
from .. import buttons
from ..actions import Action
from ..requests import staff


@dataclass(frozen=True)
class FormContext:
    user: User
    action: Action
    refusal: publishing.ChangeRefused | None = None
    is_resent: bool = False
    has_failed: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> "FormContext":
        return getattr(request, "form_context", None) or cls(staff(request).user, buttons.pressed(request.POST))
