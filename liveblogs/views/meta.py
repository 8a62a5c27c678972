"""How a page presents itself where it is found and shared: title, description, picture, address, data blocks.

Everything comes from the linked data that is kept with a blog and its posts, so that a card, a search result and the
structured data never say different things. No query. The template is ``liveblogs/meta.html``.
"""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from ..models import Byline
from ..rendering import linked_data
from ..rendering.urls import absolute, home
from ..text import richtext
from ..timeline import Coverage, Page, Place

#: Characters of a description at most.
DESCRIPTION = 200

#: Pages that search engines may list, with as large a picture as they like.
LISTED = "max-image-preview:large"
#: Pages that show once more what other addresses show: their links are worth following, they are not worth listing.
FOLLOWED = "noindex, follow"
HIDDEN = "noindex"


def of_blog_page(covered: Coverage, page: Page, place: Place, *, preview: bool = False) -> dict[str, Any]:
    """What the templates of a blog's page and of a permalink need."""
    blog = json.loads(covered.fragment.data)
    address = covered.blog.get_absolute_url()
    described = _blog_card(blog) | {
        "feed": reverse("liveblogs:blog_feed", args=[covered.blog.slug]),
        "feed_title": blog["headline"],
    }
    if page.focus:
        described |= _post_card(blog, json.loads(page.focus.data))
        described["canonical"] = described["address"]
    elif not place.after:
        # The other order shows the same posts.
        described["canonical"] = absolute(f"{address}?before={place.before}" if place.before else address)
    if preview:
        return described | {"canonical": "", "robots": HIDDEN}
    # Posts move from one page after a post to the next as new ones arrive; pages before a post hold the same for good.
    described["robots"] = FOLLOWED if place.after else LISTED
    described["linked_data"] = (
        linked_data.post_blocks(covered.fragment.data, page.focus.data)
        if page.focus
        else linked_data.blog_blocks(covered.fragment.data, [item.data for item in page.all])
    )
    return described


def of_home(number: int) -> dict[str, Any]:
    """The front page, or a further one of the list."""
    address = home()
    return {
        "title": gettext("Live coverage"),
        "description": gettext("Live coverage from %(publisher)s, as it happens.") % {"publisher": settings.SITE_NAME},
        "kind": "website",
        "address": address,
        "canonical": f"{address}?page={number}" if number > 1 else address,
        "robots": LISTED,
        "linked_data": linked_data.home_blocks(),
    } | _site()


def of_byline(byline: Byline) -> dict[str, Any]:
    """A byline's page."""
    role = ", ".join(filter(None, (byline.job_title, byline.organisation)))
    told = richtext.plain_line(byline.bio) or f"{byline.name}, {role}".removesuffix(", ")
    address = absolute(byline.get_absolute_url())
    return {
        "title": byline.name,
        "description": richtext.shortened(told, DESCRIPTION),
        "kind": "profile",
        "address": address,
        "canonical": address,
        "robots": LISTED,
        "picture": _for_cards(linked_data.picture(byline.portrait)) if byline.portrait else None,
        "linked_data": linked_data.byline_blocks(byline),
    } | _site()


def _blog_card(blog: linked_data.Node) -> dict[str, Any]:
    return {
        "title": blog["headline"],
        "description": richtext.shortened(blog["description"], DESCRIPTION),
        "kind": "article",
        "address": blog["url"],
        "authors": _addresses(blog),
        "published": blog.get("datePublished"),
        "modified": blog.get("dateModified"),
        "picture": _for_cards(_first_picture(blog)),
    } | _site()


def _post_card(blog: linked_data.Node, post: linked_data.Node) -> dict[str, Any]:
    """As the blog's; what a post lacks, its blog lends."""
    picture = _first_picture(post)
    seen = (picture.get("caption") or picture.get("description", "")) if picture else ""
    told = richtext.plain_line(post.get("articleBody", "")) or seen
    return {
        "title": post["headline"],
        "description": richtext.shortened(told or blog["description"], DESCRIPTION),
        "address": post["url"],
        "authors": _addresses(post) or _addresses(blog),
        "published": post["datePublished"],
        "modified": post["dateModified"],
        "picture": _for_cards(picture or _first_picture(blog)),
    }


def _site() -> dict[str, Any]:
    return {"site_name": settings.SITE_NAME}


def _addresses(node: linked_data.Node) -> list[str]:
    return [author["url"] for author in node.get("author", [])]


def _first_picture(node: linked_data.Node) -> linked_data.Node | None:
    return next(iter(node.get("image", [])), None)


def _for_cards(picture: linked_data.Node | None) -> linked_data.Node | None:
    """The crop that is made for sharing, with the words of the whole picture."""
    return picture | picture.get("thumbnail", {}) if picture else None
