"""gridapp: one place for a town's neighbourhood help. This module makes the app and lists its features."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect

from gridapp.accounts import acting
from gridapp.accounts.feature import FEATURE as ACCOUNTS
from gridapp.accounts.views import bp as accounts_bp
from gridapp.areas.feature import FEATURE as AREAS
from gridapp.areas.views import bp as areas_bp
from gridapp.core.database import db, engine_options, make_folder, prepare
from gridapp.core.features import Contributions
from gridapp.home.feature import FEATURE as HOME
from gridapp.home.views import bp as home_bp
from gridapp.notices.feature import FEATURE as NOTICES
from gridapp.notices.views import bp as notices_bp
from gridapp.organisations.feature import FEATURE as ORGANISATIONS
from gridapp.organisations.views import bp as organisations_bp
from gridapp.people.feature import FEATURE as PEOPLE
from gridapp.people.views import bp as people_bp
from gridapp.photos.feature import FEATURE as PHOTOS
from gridapp.photos.views import bp as photos_bp
from gridapp.privacy.feature import FEATURE as PRIVACY
from gridapp.privacy.views import bp as privacy_bp
from gridapp.safety.feature import FEATURE as SAFETY
from gridapp.safety.views import bp as safety_bp
from gridapp.settings import BadSetting, Settings, from_environment
from gridapp.sheets.feature import FEATURE as SHEETS
from gridapp.sheets.views import bp as sheets_bp
from gridapp.town.feature import FEATURE as TOWN
from gridapp.town.views import bp as town_bp
from gridapp.volunteers.feature import FEATURE as VOLUNTEERS
from gridapp.volunteers.views import bp as volunteers_bp
from gridapp.web import (
    access,
    errors,
    headers,
    kept_forms,
    languages,
    logs,
    migrations,
    pages,
    static,
    uploads,
)
from gridapp.wishes.feature import FEATURE as WISHES
from gridapp.wishes.views import bp as wishes_bp

# From the lowest to the highest; each with the blueprint that serves its addresses.
FEATURES = (
    (AREAS, areas_bp),
    (ACCOUNTS, accounts_bp),
    (NOTICES, notices_bp),
    (PRIVACY, privacy_bp),
    (PEOPLE, people_bp),
    (PHOTOS, photos_bp),
    (VOLUNTEERS, volunteers_bp),
    (ORGANISATIONS, organisations_bp),
    (SAFETY, safety_bp),
    (WISHES, wishes_bp),
    (SHEETS, sheets_bp),
    (TOWN, town_bp),
    (HOME, home_bp),
)
PACKAGE = Path(__file__).parent
MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """Make the app. Raises BadSetting where the settings do not allow a start; asks no database."""
    settings = settings or from_environment()
    if not settings.secret_key and not settings.debug:
        raise BadSetting(
            "GRIDAPP_SECRET_KEY is not set. It signs the cookies of everybody who is signed in: set it to a long "
            'random text, made for example by python3 -c "import secrets; print(secrets.token_urlsafe(48))".'
        )
    app = Flask(
        "gridapp", root_path=str(PACKAGE), template_folder=str(_folder("templates")), static_folder=None
    )
    app.jinja_environment = pages.Templates
    app.testing = testing
    logs.configure(plain=settings.debug)
    app.config.update(
        SETTINGS=settings,
        STATIC=_folder("static"),
        SECRET_KEY=settings.secret_key or secrets.token_urlsafe(32),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=60),
        SESSION_REFRESH_EACH_REQUEST=False,
        REMEMBER_COOKIE_NAME="not;used",  # no cookie can bear this name: nothing but our own session signs in
        MAX_CONTENT_LENGTH=MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        **settings.flask,
    )
    app.extensions["gridapp"] = Contributions([feature for feature, _blueprint in FEATURES])
    make_folder(settings.database_url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    languages.init(app, settings.timezone)  # before whatever may speak
    uploads.init(app)  # before CSRF, which reads the form
    CSRFProtect(app)
    Compress(app)
    for part in (access, errors, headers, pages, kept_forms, acting):
        part.init(app)
    migrations.init(app, _folder("migrations"))
    static.init(app)
    for _feature, blueprint in FEATURES:
        app.register_blueprint(blueprint)
    access.refuse_unmarked(app)
    return app


def _folder(name: str) -> Path:
    """A top-level folder: beside the package in a checkout, inside it in an installed wheel."""
    beside = PACKAGE.parent / name
    return beside if beside.is_dir() else PACKAGE / name
