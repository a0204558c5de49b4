"""The WSGI application; without `DJANGO_SETTINGS_MODULE` it starts with production settings."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.base")

application = get_wsgi_application()
