"""The site's addresses with the library and the uploads in an admin of their own."""

from django.contrib import admin
from django.urls import path

from liveblogs.admin.uploads import PictureUrls
from liveblogs.models import Image
from newsroom import urls

site = admin.AdminSite(name="admin")
site.register(Image, PictureUrls)

urlpatterns = [
    path("admin/", site.urls),
    *(pattern for pattern in urls.urlpatterns if str(pattern.pattern) != "admin/"),
]
