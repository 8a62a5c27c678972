"""What search results and shared links show of a page: title, description, picture, address, data blocks.

Everything comes from the stored linked data of the blog and its posts, so that a card, a search result and the
structured data always say the same. No query. The template is ``liveblogs/meta.html``.
"""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from ..models import Byline
from ..rendering import linked_data
from ..rendering.urls import absolute, home, logo
from ..text import richtext
from ..timeline import BlogSnapshot, FrontPage, Page, Place

#: Characters of a description, at most.
MAX_DESCRIPTION = 200

#: Search engines may list the page, with a picture of any size.
LISTED = "max-image-preview:large"
#: The page repeats what other addresses show: its links are to be followed, it is not to be listed.
FOLLOWED = "noindex, follow"
HIDDEN = "noindex"


def for_blog_page(snapshot: BlogSnapshot, page: Page, place: Place, *, preview: bool = False) -> dict[str, Any]:
    """The template's context for a blog's page or a permalink."""
    blog = json.loads(snapshot.fragment.data)
    address = snapshot.blog.get_absolute_url()
    meta = _blog_card(blog) | {
        "feed": reverse("liveblogs:blog_feed", args=[snapshot.blog.slug]),
        "feed_title": blog["headline"],
    }
    if page.focus:
        meta |= _post_card(blog, json.loads(page.focus.data))
        meta["canonical"] = meta["address"]
    elif not place.after:
        # The other order shows the same posts.
        meta["canonical"] = absolute(f"{address}?before={place.before}" if place.before else address)
    if preview:
        return meta | {"canonical": "", "robots": HIDDEN}
    # The posts of a page after a post change as new ones arrive; those of a page before a post never do.
    meta["robots"] = FOLLOWED if place.after else LISTED
    meta["linked_data"] = (
        linked_data.post_blocks(snapshot.fragment.data, page.focus.data)
        if page.focus
        else linked_data.blog_blocks(snapshot.fragment.data, [item.data for item in page.all])
    )
    return meta


def for_home(front: FrontPage) -> dict[str, Any]:
    """The template's context for a page of the list of blogs, with the picture of the first live one that has any."""
    address, number = home(), front.number
    cover = next((blog.cover for blog in front.live if blog.cover), None)
    return {
        "title": gettext("Live coverage"),
        "description": gettext("Live coverage from %(publisher)s, as it happens.") % {"publisher": settings.SITE_NAME},
        "kind": "website",
        "address": address,
        "canonical": f"{address}?page={number}" if number > 1 else address,
        "robots": LISTED,
        "picture": _for_cards(linked_data.picture(cover)) if cover else {"url": logo()},
        "linked_data": linked_data.home_blocks(),
    } | _site()


def for_byline(byline: Byline) -> dict[str, Any]:
    """The template's context for a byline's page."""
    role = ", ".join(filter(None, (byline.job_title, byline.organisation)))
    description = richtext.plain_line(byline.bio) or f"{byline.name}, {role}".removesuffix(", ")
    address = absolute(byline.get_absolute_url())
    return {
        "title": byline.name,
        "description": richtext.shortened(description, MAX_DESCRIPTION),
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
        "description": richtext.shortened(blog["description"], MAX_DESCRIPTION),
        "kind": "article",
        "address": blog["url"],
        "authors": _addresses(blog),
        "published": blog.get("datePublished"),
        "modified": blog.get("dateModified"),
        "picture": _for_cards(_first_picture(blog)),
    } | _site()


def _post_card(blog: linked_data.Node, post: linked_data.Node) -> dict[str, Any]:
    """What a post's card changes in its blog's. Missing values come from the blog."""
    picture = _first_picture(post)
    caption = (picture.get("caption") or picture.get("description", "")) if picture else ""
    description = richtext.plain_line(post.get("articleBody", "")) or caption or blog["description"]
    return {
        "title": post["headline"],
        "description": richtext.shortened(description, MAX_DESCRIPTION),
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
    """The crop for sharing, with the alt text of the whole picture."""
    return picture | picture.get("thumbnail", {}) if picture else None
