"""The public addresses. Those of a blog come last: its slug could be anything that is not one of ours."""

from django.urls import path

from . import feeds, sitemaps, views

app_name = "liveblogs"
urlpatterns = [
    path("", views.home, name="home"),
    path("feed/", feeds.site_feed, name="feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:kind>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("zones/<path:key>.json", views.zone_names, name="zone_names"),
    path("bylines/<slug:slug>/", views.byline_page, name="byline"),
    path("<slug:slug>/", views.blog_page, name="blog"),
    path("<slug:slug>/feed/", feeds.blog_feed, name="blog_feed"),
    path("<slug:slug>/changes/", views.changes, name="changes"),
    path("<slug:slug>/<slug:public_id>/", views.post_page, name="post"),
]
