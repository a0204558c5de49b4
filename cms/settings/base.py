"""Production settings: closed by default. A missing value stops the start and names the variable."""

from pathlib import Path

import wagtail
from csp.constants import NONE, SELF

from cms.settings import env

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = False
DEMO = False
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
DATABASES = {"default": env.database()}
# off behind a pooler that gives each transaction another connection
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", default=True)

INSTALLED_APPS = [
    "cms.core",
    "cms.elements",
    "cms.users",
    "cms.organisations",
    "cms.audit",
    "cms.notifications",
    "cms.sharing",
    "cms.documents",
    "content_types",
    "cms.administration",
    "search",
    "cms.desk",
    "cms.worlds",
    "cms.api",
    "wagtail_modeladmin",
    "wagtail.contrib.table_block",
    "wagtail.users",
    "wagtail.admin",
    "wagtail",
    # after Wagtail's admin, whose mails it takes away
    "workflows",
    "workflows.alerts",
    "workflows.retention",
    "workflows.disclosures",
    "modelcluster",
    "taggit",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_countries",
    # for the static files of the API's description page
    "ninja",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cms.core.middleware.InstantMiddleware",
    "cms.core.middleware.TransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "cms.users.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cms.users.middleware.SecondFactorMiddleware",
    "cms.users.middleware.TermsMiddleware",
    "cms.core.middleware.NoStoreMiddleware",
    "cms.core.middleware.IncompleteFormMiddleware",
    "cms.routes.denials.DenialMiddleware",
    "cms.routes.middleware.RouteInventoryMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
WAGTAIL_CONTENT_LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
# how days and hours are written in each of them
FORMAT_MODULE_PATH = ["cms.core.formats"]
COUNTRIES_OVERRIDE = {"XK": "Kosovo"}
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static"))).resolve()
STATICFILES_DIRS = [
    BASE_DIR / "cms" / "frontend" / "static",
    # Wagtail's style sheet names a picture of its images app, which is not installed
    ("wagtailimages/images", Path(wagtail.__file__).parent / "images" / "static" / "wagtailimages" / "images"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = DATA_DIR / "media"

# whether the worker withdraws and erases, once a day, what the rules of retention say
RETENTION = env.flag("RETENTION", default=False)
# Files of items: kept where no server shows them, each request checked by the application
FILES_ROOT = Path(env.text("FILES_ROOT", str(DATA_DIR / "files"))).resolve()
FILE_MAX_MB = env.integer("FILE_MAX_MB", 25)
IMAGE_MAX_MEGAPIXELS = env.integer("IMAGE_MAX_MEGAPIXELS", 40)
# the malware scanner: tcp://host:3310 or unix:///run/clamav/clamd.ctl; none when empty
CLAMD = env.text("CLAMD", "")
# the internal address below which the web server in front sends FILES_ROOT by X-Accel-Redirect; none when empty
FILES_ACCEL_PREFIX = env.text("FILES_ACCEL_PREFIX", "")
FILE_UPLOAD_HANDLERS = [
    "cms.documents.upload_handlers.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Sign-in: allauth is the one door
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "cms.users.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 16}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "cms.users.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {"login": "cms.users.forms.SignInForm"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "20/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "ICONet"
MFA_TRUST_ENABLED = False
# one step of 30 seconds, as RFC 6238, section 5.2, recommends: a code typed as it changes is still taken
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "cms.users.forms.SecondStepForm",
    "reauthenticate": "cms.users.forms.SecondStepAgainForm",
}
SESSION_ENGINE = "cms.users.sessions"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_SAMESITE = "Lax"

# Transport and browser
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# whose address counts for the limits on sign-in: the last one that our own proxy added
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}

# Which engine answers searches: postgres or elasticsearch
SEARCH_ENGINE = env.text("SEARCH_ENGINE", "postgres")
ELASTICSEARCH_URL = env.words("ELASTICSEARCH_URL", "")
ELASTICSEARCH_API_KEY = env.text("ELASTICSEARCH_API_KEY", "")
ELASTICSEARCH_USER = env.text("ELASTICSEARCH_USER", "")
ELASTICSEARCH_PASSWORD = env.text("ELASTICSEARCH_PASSWORD", "")
ELASTICSEARCH_CA = env.text("ELASTICSEARCH_CA", "")
ELASTICSEARCH_INDEX = env.text("ELASTICSEARCH_INDEX", "iconet")
ELASTICSEARCH_SHARDS = env.integer("ELASTICSEARCH_SHARDS", 1)
ELASTICSEARCH_REPLICAS = env.integer("ELASTICSEARCH_REPLICAS", 0)
# milliseconds that a search waits before PostgreSQL answers it
ELASTICSEARCH_TIMEOUT = env.integer("ELASTICSEARCH_TIMEOUT", 1000)
# markings whose items are never copied there
ELASTICSEARCH_KEPT_OUT = env.words("ELASTICSEARCH_KEPT_OUT", "RED")

# The audit trail: the secret from which its keys are derived, and those of earlier times
AUDIT_KEY = env.text("AUDIT_KEY")
AUDIT_OLD_KEYS = env.words("AUDIT_OLD_KEYS", "")

# Limits (requests a minute, by account or address)
API_RATE_LIMIT = env.text("API_RATE_LIMIT", "600/m")
CACHES = {
    # attempts to sign in and used one-time codes: every server process must know them
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    # requests to the API, counted by each process
    "counters": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
RATELIMIT_USE_CACHE = "counters"
RATELIMIT_IP_META_KEY = "cms.core.http.client_address"
SILENCED_SYSTEM_CHECKS = [
    # counters are kept per process on purpose: the limit then holds per server process
    "django_ratelimit.E003",
    "django_ratelimit.W001",
    # Wagtail's editor shows its preview in a frame of our own site
    "security.W019",
    # allauth's sign-up is closed by our adapter, not offered
    "account.W001",
]

# Background work
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Mail: notices without content; while the server does not answer they wait
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "noreply@" + (ALLOWED_HOSTS[0] if ALLOWED_HOSTS else "localhost"))

# Wagtail
WAGTAIL_SITE_NAME = "ICONet"
WAGTAILADMIN_BASE_URL = env.text("BASE_URL", "https://" + (ALLOWED_HOSTS[0] if ALLOWED_HOSTS else "localhost"))
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "workflows.finish.publish_reviewed"
# every version is somebody's act, on record: none is saved unasked
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # a request for a host name that is not ours gets its 400; whoever scans the network must not fill the log
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        # Wagtail tells titles at level INFO; a log holds no content
        "wagtail": {"level": "WARNING"},
        # each task twice at level INFO
        "django_tasks": {"level": "WARNING"},
        # each request to Elasticsearch at level INFO
        "elastic_transport": {"level": "WARNING"},
    },
}
