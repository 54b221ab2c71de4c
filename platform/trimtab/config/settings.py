"""Settings, all from the environment; docs/settings.md says what each variable does."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from trimtab.config import environment, rest
from trimtab.config.database import database
from trimtab.config.logs import logging_settings
from trimtab.config.secret import secret_key

ROOT = Path(__file__).resolve().parents[3]

TRIMTAB_DATA = environment.folder("TRIMTAB_DATA", ROOT / "var")
TRIMTAB_PUBLIC_DATA = environment.folder("TRIMTAB_PUBLIC_DATA", ROOT.parent / "shared" / "data")
TRIMTAB_ENCODERS = environment.folder("TRIMTAB_ENCODERS", TRIMTAB_DATA / "encoders")
TRIMTAB_EXTRA_TASKS = environment.words("TRIMTAB_EXTRA_TASKS")
TRIMTAB_SERVE_GREETING = "apps.onboarding.greeting.lines"
TRIMTAB_THREADS = environment.number("TRIMTAB_THREADS", 2, least=1)
TRIMTAB_CPU_HOUR_PRICE = environment.number("TRIMTAB_CPU_HOUR_CENTS", 5) / 100
TRIMTAB_UPLOAD_MEGABYTES = environment.number("TRIMTAB_UPLOAD_MEGABYTES", 512, least=1)

DEBUG = environment.flag("TRIMTAB_DEBUG")
HTTPS = environment.flag("TRIMTAB_HTTPS")
SECRET_KEY = environment.text("TRIMTAB_SECRET_KEY") or secret_key(TRIMTAB_DATA)
ALLOWED_HOSTS = environment.words("TRIMTAB_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("TRIMTAB_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "auditlog",
    "csp",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "django_prometheus",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "apps.workspaces",
    "apps.jobs",
    "apps.estimates",
    "apps.research",
    "apps.differentiation",
    "apps.pricing",
    "apps.choices",
    "apps.adoption",
    "apps.retention",
    "apps.modellab",
    "apps.planning",
    "apps.decisions",
    "apps.dashboards",
    "apps.onboarding",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "trimtab.config.urls"
WSGI_APPLICATION = "trimtab.config.wsgi.application"
_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.workspaces.context.workspace",
            ],
        },
    }
]
COTTON_DIR = "cotton"

DATABASES = {"default": database(environment.text("DATABASE_URL"), TRIMTAB_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = environment.text("TRIMTAB_EMAIL_VERIFICATION", "optional")
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.workspaces.sign_in.SignInAdapter"
ACCOUNT_RATE_LIMITS = False if environment.flag("TRIMTAB_NO_RATE_LIMITS") else {"login_failed": "10/m/ip,5/5m/key"}
TRIMTAB_SHARED_PAGES_A_MINUTE = 0 if environment.flag("TRIMTAB_NO_RATE_LIMITS") else 60
TRIMTAB_OPEN_SIGN_UP = environment.flag("TRIMTAB_OPEN_SIGN_UP", default=True)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "apps.workspaces.sign_in.address_of"
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]

EMAIL_HOST = environment.text("TRIMTAB_SMTP_HOST")
EMAIL_PORT = environment.number("TRIMTAB_SMTP_PORT", 587)
EMAIL_HOST_USER = environment.text("TRIMTAB_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("TRIMTAB_SMTP_PASSWORD")
EMAIL_USE_TLS = environment.flag("TRIMTAB_SMTP_TLS", default=True)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = TRIMTAB_DATA / "mail"
DEFAULT_FROM_EMAIL = environment.text("TRIMTAB_FROM_EMAIL", "trimtab@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("TRIMTAB_TIME_ZONE", "UTC")

STATIC_URL = "static/"
STATIC_ROOT = TRIMTAB_DATA / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": TRIMTAB_DATA / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = TRIMTAB_DATA / "files"
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = [
    "apps.workspaces.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

REDIS_URL = environment.text("REDIS_URL")
JOB_LEASE_SECONDS = environment.number("TRIMTAB_JOB_LEASE_SECONDS", 30, least=1)
JOB_HEARTBEAT_SECONDS = environment.number("TRIMTAB_JOB_HEARTBEAT_SECONDS", 5, least=1)
JOB_REAP_SECONDS = environment.number("TRIMTAB_JOB_REAP_SECONDS", 5, least=1)
JOB_MAX_ATTEMPTS = environment.number("TRIMTAB_JOB_MAX_ATTEMPTS", 3, least=1)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("TRIMTAB_BEHIND_PROXY") else None

REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.SCHEMA

LOGGING = logging_settings(environment.text("TRIMTAB_LOG_LEVEL", "INFO"))
TEST_RUNNER = "django.test.runner.DiscoverRunner"
