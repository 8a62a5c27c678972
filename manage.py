#!/usr/bin/env python
"""Newsroom's command line: `manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    """Run the command; a malformed setting ends it with one line instead of a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.configured or settings.DEBUG  # noqa: B018 - the first look at a setting reads the file
    except ImproperlyConfigured as error:
        sys.exit(f"newsroom: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
