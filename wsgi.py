"""The WSGI entry point: `granian --interface wsgi wsgi:app`."""

from gridapp.cli import wsgi_app

app = wsgi_app()
