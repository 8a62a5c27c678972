"""A field for one picture, such as a cover: found by typing, or looked for in the library."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import Script
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ..models import Image
from ..pictures import markup
from ..text.numbers import parse_id

HIDDEN = mark_safe(" hidden")


class PictureSelect(AutocompleteSelect):
    """The admin's chooser with what is chosen beside it, and the library. One query for what is chosen."""

    class Media:
        css = {"all": ["liveblogs/styles/admin/uploads.css", "liveblogs/styles/admin/library.css"]}
        js = [Script("liveblogs/library.js", type="module"), Script("liveblogs/pictures.js", type="module")]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chooser = super().render(name, value, attrs, renderer)
        number = parse_id(str(value or ""))
        chosen = Image.objects.filter(pk=number).first() if number is not None else None
        source = markup.shown(chosen).src if chosen is not None and chosen.file else ""
        return format_html(
            '<picture-field>{}{}<img class="field-picture" src="{}" alt=""{}></picture-field>',
            chooser,
            render_to_string("admin/liveblogs/image/picker.html"),
            source,
            "" if source else HIDDEN,
        )
