"""All settings, read once from `var/env`, `.env` and the process environment (the last wins); docs/configuration.md."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from config.env import Env, EnvError, database, identity_provider, mailer, read_env_file
from config.static_version import static_version

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("KENTONGAN_VAR", BASE_DIR / "var"))
values = dict(os.environ)
in_files = read_env_file(BASE_DIR / ".env", values) | read_env_file(VAR / "env", values)
env = Env(values)

DEBUG = env.flag("DEBUG", False)
DEMO = env.flag("DEMO", False)
SECRET_KEY = env.text("SECRET_KEY")
FIELD_KEYS = env.fernet_keys("FIELD_KEYS")
PORT = env.number("PORT", 8000, 1, 65535)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
SITE_URL = env.url("SITE_URL", f"http://localhost:{PORT}", {"http", "https"}).rstrip("/")
HTTPS = SITE_URL.startswith("https:")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

if len(SECRET_KEY) < 32:
    raise EnvError("SECRET_KEY is shorter than 32 characters; make one with: openssl rand -base64 48")

INSTALLED_APPS = [
    "config",
    "tiles",
    "opendata",
    "incidents",
    "geo",
    "ninja",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "config.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "config.middleware.ProxyMiddleware",
    "config.middleware.HeadMiddleware",
    "config.middleware.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.own_forms.OwnFormsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.second_factor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.CityTimeMiddleware",
    "config.whole_body.WholeBodyMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.page",
            ],
        },
    }
]

# -- data ------------------------------------------------------------------------------------------
DATABASES = {
    "default": database("DATABASE_URL", env.text("DATABASE_URL")),
    "public": database("PUBLIC_DATABASE_URL", env.text("PUBLIC_DATABASE_URL")),
}
# In tests both aliases see one database, each as its own role; the weak one is never asked to empty it.
DATABASES["public"]["TEST"] = {"MIRROR": "default"}
DATABASE_ROUTERS = ["config.router.PublicReader"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = env.folder("MEDIA_ROOT", VAR / "media")
RELEASE_ROOT = env.folder("RELEASE_ROOT", VAR / "releases")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "incidents.sessions"

# -- pages -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "web" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = f"/static/{static_version(BASE_DIR)}/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "web" / "static", ("npm", BASE_DIR / "node_modules")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = (
    "STATIC_ROOT" not in values
)  # given: collected and compressed files are served from there
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/[0-9a-f]{12}/"

DEFAULT_BASEMAP = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
BASEMAP_URL = env.url("BASEMAP_URL", DEFAULT_BASEMAP, {"http", "https"})
OPENSTREETMAP = '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a>'
BASEMAP_ATTRIBUTION = env.text("BASEMAP_ATTRIBUTION", OPENSTREETMAP)
BASEMAP_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(BASEMAP_URL)) if BASEMAP_URL else ""

# -- security --------------------------------------------------------------------------------------
_basemap = [BASEMAP_ORIGIN] if BASEMAP_ORIGIN else []
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:", *_basemap],
    "connect-src": ["'self'", *_basemap],
    "worker-src": ["'self'", "blob:"],
    "font-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 10
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a workflow is edited whole: a hundred steps of ten fields
UPLOAD_MAX_BYTES = 55 * 1024 * 1024
PHOTO_MAX_BYTES = 10 * 1024 * 1024
PHOTO_MAX_COUNT = 5
RATE_LIMIT_COMPLAINTS = env.rate("RATE_LIMIT_COMPLAINTS", "30/10m")
RATE_LIMIT_OFFERS = env.rate("RATE_LIMIT_OFFERS", "30/10m")
RATE_LIMIT_OFFERS_ADDRESS = env.rate("RATE_LIMIT_OFFERS_ADDRESS", "300/10m")
RATE_LIMIT_SIGN_IN = env.rate("RATE_LIMIT_SIGN_IN", "5/5m")
RATE_LIMIT_TRACKING = env.rate("RATE_LIMIT_TRACKING", "60/10m")
RATE_LIMIT_WORDS = env.rate("RATE_LIMIT_WORDS", "20/1h")
OFFER_LEAST_PEOPLE = env.number("OFFER_LEAST_PEOPLE", 500)

# -- sign-in ---------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "config.accounts.StaffAccounts"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Kentongan] "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
MFA_ADAPTER = "config.second_factor.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ
MFA_FORMS = {
    "authenticate": "config.second_factor_forms.SignInCode",
    "reauthenticate": "config.second_factor_forms.ConfirmCode",
    "activate_totp": "config.second_factor_forms.FirstCode",
}
OIDC_TRUST_MFA = env.flag("OIDC_TRUST_MFA", False)
SOCIALACCOUNT_PROVIDERS = identity_provider(
    env.text("OIDC_NAME", "SSO"),
    env.url("OIDC_SERVER_URL", "", {"http", "https"}),
    env.text("OIDC_CLIENT_ID", ""),
    env.text("OIDC_CLIENT_SECRET", ""),
)
SOCIALACCOUNT_ADAPTER = "config.identity.CityIdentity"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form would be stopped by our own policy on its way to the provider
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/meja"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"

# -- mail and jobs ---------------------------------------------------------------------------------
MAILERS = {"default": mailer(env.text("EMAIL_URL", f"file://{VAR / 'mail'}"))}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "kentongan@localhost")
PUSH_KEY = env.p256_key("PUSH_KEY")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["incidents.jobs_imports", "incidents.clocks.jobs"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.QuietFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "kentongan": {"level": "INFO"},
    },
}
# GeoDjango's GDAL reads no file here: boundary files go through pyogrio, which brings a newer GDAL of its own.
# Addresses have no trailing slash (CONTRACT.md), so what is included below "meja" begins with one.
SILENCED_SYSTEM_CHECKS = ["gis.W001", "urls.W002"]

# Read by set-up, the server and containers; they may stand in .env as well.
SETUP_NAMES = {
    "CALLER", "CHROMIUM", "CITY", "DJANGO_SETTINGS_MODULE", "FIGURE", "FULL", "GRANIAN_LOG_ACCESS_ENABLED", "HOST",
    "HTTP_PORT", "KENTONGAN_PASSWORD", "KENTONGAN_PUBLIC_PASSWORD", "KENTONGAN_VAR", "POSTGRES_PASSWORD", "PYTHON",
    "WEB_WORKERS",
}  # fmt: skip
env.refuse_unknown(in_files, SETUP_NAMES)
