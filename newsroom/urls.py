"""URL configuration: the admin, uploaded files and the public pages."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from newsroom.storage import serve_media

urlpatterns: list[URLPattern | URLResolver] = [path("admin/", admin.site.urls)]
if settings.SERVE_MEDIA:
    urlpatterns += [path("media/<path:name>", serve_media, name="media")]
urlpatterns += [path("", include("liveblogs.urls"))]

handler404 = "liveblogs.views.pages.not_found"
