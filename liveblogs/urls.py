"""The public URLs. Those of blogs come first, as most requests are for them; they leave the reserved slugs alone."""

import re

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from .models.blog import RESERVED_SLUGS
from .views import feeds, pages, sitemaps


class BlogSlug(SlugConverter):
    """A slug that a blog can have."""

    regex = f"(?!(?:{'|'.join(map(re.escape, sorted(RESERVED_SLUGS)))})/){SlugConverter.regex}"


register_converter(BlogSlug, "blog")

app_name = "liveblogs"
urlpatterns = [
    path("<blog:slug>/", pages.blog_page, name="blog"),
    path("<blog:slug>/changes/", pages.changes, name="changes"),
    path("<blog:slug>/feed/", feeds.blog_feed, name="blog_feed"),
    path("<blog:slug>/<slug:public_id>/", pages.post_page, name="post"),
    path("", pages.home, name="home"),
    path("feed/", feeds.site_feed, name="feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:kind>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("zones/<path:key>.json", pages.zone_names, name="zone_names"),
    path("bylines/<slug:slug>/", pages.byline_page, name="byline"),
]
