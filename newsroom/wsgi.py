"""The WSGI application: Django, with static files and the front cache in front of it.

Static files do not use servestatic's middleware, because it is asynchronous and would add an event loop to every page.
"""

import os
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

django = get_wsgi_application()

# Imported once Django is set up.
from liveblogs.delivery.front import FrontCache  # noqa: E402
from newsroom.middleware import log_front_cache  # noqa: E402
from newsroom.storage import static_files_problem  # noqa: E402

if problem := static_files_problem():
    raise ImproperlyConfigured(problem)

application: Any
if settings.DEBUG:
    application = StaticFilesHandler(django)
else:
    application = ServeStatic(
        django,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        max_age=60,
        allow_all_origins=False,
        immutable_file_test=r"\.[0-9a-f]{12}\.",
    )
    application = FrontCache(application, log_front_cache if settings.LOG_REQUESTS else None)
