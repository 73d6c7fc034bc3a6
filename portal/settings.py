"""Every setting of the portal, from the environment only; `docs/operations.md` lists them.

Safe to run as it stands on a developer's machine; `manage.py check --deploy` is clean once the
variables that `docs/operations.md` marks as required for work are set.
"""

import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def flag(name: str, default: bool) -> bool:
    """A yes/no variable; any text that is neither is an error, never silently false."""
    text = env.str(name, default="yes" if default else "no").strip().lower()
    if text in {"1", "yes", "true", "on"}:
        return True
    if text in {"0", "no", "false", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}: write yes or no")


# --- Where things stand -------------------------------------------------------------------
DEMO = flag("DEMO", default=False)
DEBUG = flag("DEBUG", default=False)
OFFICIAL_SITE = flag("OFFICIAL_SITE", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
HTTPS = _public.scheme == "https"
# An address needs a domain: a trial at 127.0.0.1 has none of its own.
_host = _public.hostname or ""
MAIL_DOMAIN = _host if "." in _host and _host[-1].isalpha() else "portal.example"

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    _key_file = DATA_DIR / "secret_key"
    if _key_file.exists():
        SECRET_KEY = _key_file.read_text().strip()
    elif not HTTPS and (DEBUG or DEMO or "pytest" in sys.modules or "check" in sys.argv):
        SECRET_KEY = "for-development-only-" + "0" * 50
    else:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to a long random text, or start with bin/run, "
            "which makes one for the trial."
        )
# Signs tracking codes. Kept apart from SECRET_KEY so that this one can be rotated without
# making the codes on people's receipts worthless.
TRACKING_KEY = env.str("TRACKING_KEY", default="") or "tracking:" + SECRET_KEY

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[_public.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

# --- Applications -------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "intake",
    "casestudies",
    "marketinfo",
    "accounts",
    "notifications",
    "reference",
    "search",
    "files",
    "privacy",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "portal.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "portal.policy.PortalCSPMiddleware",
    "portal.middleware.security_headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.database_away",
    "portal.middleware.known_methods",
    "portal.middleware.refuse_nul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.session_guard.session_guard",
    "portal.limits.gate.post_limits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.permissions.RoleBackend"]
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# No page lets people sign up; the password stands here so that the sign-in form asks for it.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
# The cookie ends with the browser; how long the session lasts stands under "Security".
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# `key` is the address together with where the attempt came from, so that nobody locks the owner
# of an address out; `ip` leaves room for an office behind one line.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,10/h/key",
    "request_login_code": "30/m/ip,3/m/key,10/h/key",
    "reset_password": "30/m/ip,3/m/key,10/h/key",
}
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.forms.SignInForm",
    "request_login_code": "accounts.sign_in.forms.AskCodeForm",
    "confirm_login_code": "accounts.sign_in.forms.MailCodeForm",
    "reauthenticate": "accounts.sign_in.forms.PasswordAgainForm",
    "change_password": "accounts.sign_in.forms.ChangePasswordForm",
    "reset_password": "accounts.sign_in.forms.ForgottenForm",
    "reset_password_from_key": "accounts.sign_in.forms.NewPasswordForm",
}
MFA_ADAPTER = "accounts.sign_in.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.sign_in.forms.SecondFactorForm",
    "reauthenticate": "accounts.sign_in.forms.SecondFactorAgainForm",
    "activate_totp": "accounts.sign_in.forms.SetUpAppForm",
    "deactivate_totp": "accounts.sign_in.forms.RemoveAppForm",
    "add_webauthn": "accounts.sign_in.forms.AddKeyForm",
}
# A clock that is half a minute off is common on telephones.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "One-Team Portal"
# Officers are invited by mail: there is no unproved address to protect them from.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A browser offers passkeys without TLS at localhost alone, where the trial may stand.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Encrypts the secrets of authenticator apps in the database.
FACTOR_KEY = env.str("FACTOR_KEY", default="") or "factor:" + SECRET_KEY
# Sign-in through an identity provider of the government (OpenID Connect); none without an issuer.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").strip()
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAMES = {
    "ko": env.str("OIDC_NAME", default="정부 통합인증"),
    "en": env.str("OIDC_NAME_EN", default="Government sign-in"),
}
# Where its sign-in page is, when not at the issuer's own address.
OIDC_ORIGIN = env.str("OIDC_ORIGIN", default="")
# Which values of its claim `amr` stand for a second factor; none: ours is asked.
OIDC_TWO_FACTORS = env.list("OIDC_TWO_FACTORS", default=[])
if OIDC_ISSUER:
    if not OIDC_ISSUER.startswith(("https://", "http://127.0.0.1:")):
        raise ImproperlyConfigured("OIDC_ISSUER must start with https://")
    if not OIDC_CLIENT_ID or not OIDC_CLIENT_SECRET:
        raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET")
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "after-sign-in"
LOGOUT_REDIRECT_URL = "home"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "portal.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "krds"
CRISPY_TEMPLATE_PACK = "krds"

# --- Database -----------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'portal.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # FULL: a case that was acknowledged survives a power cut. IMMEDIATE: writers queue for
    # the lock at BEGIN instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": env.int("SQLITE_WAIT_SECONDS", default=20),
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        ),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": env.int("DATABASE_CONNECT_TIMEOUT", default=5),
        # A line that dies silently must not hold a person for minutes.
        "tcp_user_timeout": 5000,
        "keepalives_idle": 30,
    }

# host:port or a socket path of clamd. When set and silent, files wait as "scan pending".
SCANNER = env.str("SCANNER", default="")

# --- Cache, tasks -------------------------------------------------------------------------
CACHE_URL = env.str("CACHE_URL", default="") or "locmemcache://"
CACHES = {"default": env.cache_url_config(CACHE_URL)}
BROKER_URL = env.str("BROKER_URL", default="") or "filesystem://localhost"
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Asia/Seoul"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if BROKER_URL.startswith("filesystem"):
    _broker = DATA_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "messages"),
        "data_folder_out": str(_broker / "messages"),
        "control_folder": str(_broker / "control"),
        "processed_folder": str(_broker / "processed"),
        "store_processed": False,
        "polling_interval": 0.25,
    }
    with suppress(OSError):  # the transport does not make its folders
        for _folder in ("messages", "control", "processed"):
            (_broker / _folder).mkdir(mode=0o700, parents=True, exist_ok=True)
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "visibility_timeout": 3600,
    }
CELERY_BEAT_SCHEDULE = {
    "notices-sweep": {"task": "notifications.tasks.sweep", "schedule": 5.0},
    "notices-digest": {"task": "notifications.tasks.release_held", "schedule": 60.0},
    "hooks-deliver": {"task": "notifications.hooks.tasks.deliver", "schedule": 5.0},
    "hooks-forget": {"task": "notifications.hooks.tasks.forget", "schedule": 86400.0},
    "notices-incoming": {"task": "notifications.incoming.tasks.handle", "schedule": 15.0},
    "notices-forget-incoming": {
        "task": "notifications.incoming.tasks.forget",
        "schedule": 86400.0,
    },
    "intake-close-silent": {"task": "intake.tasks.endings.close_silent", "schedule": 3600.0},
    "intake-lapse-supplements": {
        "task": "intake.tasks.endings.lapse_supplements",
        "schedule": 3600.0,
    },
    "intake-catch-up-with-calendar": {
        "task": "intake.tasks.endings.catch_up_with_calendar",
        "schedule": 3600.0,
    },
    "intake-batches": {"task": "intake.tasks.batches.work", "schedule": 15.0},
    "intake-forget-batches": {"task": "intake.tasks.batches.forget_old", "schedule": 86400.0},
    "intake-move-dates": {"task": "intake.tasks.dates.move_dates", "schedule": 60.0},
    "intake-say-progress": {"task": "intake.tasks.progress.say_progress", "schedule": 3600.0},
    "intake-remind-bodies": {"task": "intake.tasks.reminders.remind_bodies", "schedule": 1800.0},
    "intake-remind-companies": {
        "task": "intake.tasks.confirming.remind_companies",
        "schedule": 1800.0,
    },
    "intake-remind-waiting": {
        "task": "intake.tasks.waiting.remind_waiting",
        "schedule": 1800.0,
    },
    # Goods at the border cannot wait for the next half hour.
    "intake-remind-officers": {
        "task": "intake.tasks.chasing.remind_officers",
        "schedule": 300.0,
    },
    "intake-ask-outcomes": {"task": "intake.tasks.waiting.ask_outcomes", "schedule": 3600.0},
    "intake-remind-drafts": {"task": "intake.tasks.endings.remind_drafts", "schedule": 3600.0},
    "intake-remind-record-owners": {
        "task": "intake.tasks.records.remind_record_owners",
        "schedule": 3600.0,
    },
    "intake-count-figures": {"task": "intake.tasks.figures.count", "schedule": 600.0},
    "intake-queue-advance": {"task": "intake.tasks.queue.advance", "schedule": 60.0},
    "intake-queue-count": {"task": "intake.tasks.queue.count", "schedule": 60.0},
    "intake-expire-drafts": {"task": "intake.tasks.endings.expire_drafts", "schedule": 3600.0},
    "intake-forget-presences": {
        "task": "intake.tasks.presence.forget_presences",
        "schedule": 600.0,
    },
    "library-tell-changes": {"task": "marketinfo.following.tasks.tell", "schedule": 30.0},
    "library-forget-followers": {"task": "marketinfo.following.tasks.forget", "schedule": 3600.0},
    "casestudies-look-after": {"task": "casestudies.tasks.look_after", "schedule": 600.0},
    "accounts-check-tax-states": {
        "task": "accounts.tasks.check_tax_states",
        "schedule": 3600.0,
    },
    "library-come-and-go": {"task": "marketinfo.tasks.life.come_and_go", "schedule": 60.0},
    "library-check-links": {"task": "marketinfo.tasks.links.check_links", "schedule": 300.0},
    "library-read-attachments": {
        "task": "marketinfo.tasks.words.read_attachments",
        "schedule": 60.0,
    },
    "library-note-links": {"task": "marketinfo.tasks.links.note_links", "schedule": 86400.0},
    "privacy-seal": {"task": "privacy.tasks.seal", "schedule": 10.0},
    "privacy-look-after": {"task": "privacy.tasks.look_after", "schedule": 3600.0},
    "privacy-purge": {"task": "privacy.tasks.purge", "schedule": 86400.0},
    "search-index": {"task": "search.tasks.index_waiting", "schedule": 5.0},
    "search-fill": {"task": "search.tasks.fill", "schedule": 60.0},
    "files-sweep": {"task": "files.tasks.sweep", "schedule": 3600.0},
    "files-verify": {"task": "files.tasks.verify", "schedule": 86400.0},
}
if SCANNER:
    CELERY_BEAT_SCHEDULE["files-rescan"] = {"task": "files.tasks.rescan", "schedule": 60.0}
if env.str("IMAP_URL", default=""):
    CELERY_BEAT_SCHEDULE["notices-imap"] = {
        "task": "notifications.incoming.tasks.poll",
        "schedule": 60.0,
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- Mail ---------------------------------------------------------------------------------
# Without EMAIL_URL the trial writes every mail into DATA_DIR/mailbox, shown at /demo/mailbox/.
EMAIL_URL = env.str("EMAIL_URL", default="")
MAILBOX_DIR = DATA_DIR / "mailbox"
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
    EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
else:
    EMAIL_BACKEND = "notifications.mailbox.FolderBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"no-reply@{MAIL_DOMAIN}")
# The domain of Message-IDs; it must stay the same on every machine that sends.
MESSAGE_ID_DOMAIN = env.str("MESSAGE_ID_DOMAIN", default=MAIL_DOMAIN)
# Mails a minute to one domain, and a second over our own server; 0 is no limit.
NOTICE_DOMAIN_PACE = env.int("NOTICE_DOMAIN_PACE", default=0)
NOTICE_RATE = env.float("NOTICE_RATE", default=0.0)
# Only where the mail server does not sign by itself.
DKIM_KEY_FILE = env.str("DKIM_KEY_FILE", default="")
DKIM_SELECTOR = env.str("DKIM_SELECTOR", default="")
DKIM_DOMAIN = env.str("DKIM_DOMAIN", default="")
# Answers to notices come in at reply+<token>@REPLY_DOMAIN; empty: notices are "send only".
REPLY_DOMAIN = env.str("REPLY_DOMAIN", default="").strip().lower()
# A mail larger than this is not read; the mail server in front should refuse it already.
REPLY_MAX_BYTES = env.int("REPLY_MAX_BYTES", default=30 * 1024 * 1024)
# How long the mail as it came is kept beside what was made of it.
REPLY_KEEP_DAYS = env.int("REPLY_KEEP_DAYS", default=90)
# The name by which our own mail server signs Authentication-Results; empty: they are not read.
REPLY_AUTHSERV = env.str("REPLY_AUTHSERV", default="")
# Where mail is fetched (imaps://user:password@host/INBOX) and where `manage.py lmtp` listens.
IMAP_URL = env.str("IMAP_URL", default="")
LMTP_LISTEN = env.str("LMTP_LISTEN", default="127.0.0.1:8024")

# An address is given up after so many temporary returns in a row.
NOTICE_STRIKES = env.int("NOTICE_STRIKES", default=3)
# The provider that relays our mails and reports what became of them (notifications.webhooks).
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", default="").strip().lower()
# "name:password" by which it shows itself, and the key with which it signs, where it does.
ANYMAIL = {
    name: value
    for name, value in {
        "WEBHOOK_SECRET": env.str("ANYMAIL_WEBHOOK_SECRET", default=""),
        "MAILGUN_WEBHOOK_SIGNING_KEY": env.str("ANYMAIL_WEBHOOK_SIGNING_KEY", default=""),
    }.items()
    if value
}
if EMAIL_PROVIDER:
    if EMAIL_PROVIDER not in {"brevo", "mailgun", "postmark", "sendgrid"}:
        raise ImproperlyConfigured(
            f"EMAIL_PROVIDER is {EMAIL_PROVIDER!r}: write brevo, mailgun, postmark or sendgrid"
        )
    if "WEBHOOK_SECRET" not in ANYMAIL:
        raise ImproperlyConfigured("EMAIL_PROVIDER needs ANYMAIL_WEBHOOK_SECRET (name:password)")
    INSTALLED_APPS += ["anymail"]

# Text messages: the gateway's address (https), key and our registered number; none without one.
TEXT_GATEWAY_URL = env.str("TEXT_GATEWAY_URL", default="").strip()
TEXT_GATEWAY_KEY = env.str("TEXT_GATEWAY_KEY", default="")
TEXT_GATEWAY_SENDER = env.str("TEXT_GATEWAY_SENDER", default="")
# The Kakao channel for 알림톡, where the gateway has one; and its certificate's own authority.
TEXT_GATEWAY_PROFILE = env.str("TEXT_GATEWAY_PROFILE", default="")
TEXT_GATEWAY_CA = env.str("TEXT_GATEWAY_CA", default="")
if TEXT_GATEWAY_URL:
    if not TEXT_GATEWAY_URL.startswith("https://") and not (
        TEXT_GATEWAY_URL.startswith("http://127.0.0.1:")
    ):
        raise ImproperlyConfigured("TEXT_GATEWAY_URL must start with https://")
    if not TEXT_GATEWAY_KEY or not TEXT_GATEWAY_SENDER:
        raise ImproperlyConfigured(
            "TEXT_GATEWAY_URL needs TEXT_GATEWAY_KEY and TEXT_GATEWAY_SENDER"
        )
# The secrets of partners' webhooks are derived from it: a changed key renews them all at once.
HOOK_KEY = env.str("HOOK_KEY", default="") or "hooks:" + SECRET_KEY
# How long the log of deliveries goes back.
HOOK_KEEP_DAYS = env.int("HOOK_KEEP_DAYS", default=90)
# A file with the authorities of partners' systems, where they are not the public ones.
HOOK_CA = env.str("HOOK_CA", default="")
HOOK_ALLOW_LOOPBACK = flag("HOOK_ALLOW_LOOPBACK", default=False)
if HOOK_ALLOW_LOOPBACK and not (DEMO or DEBUG):
    raise ImproperlyConfigured("HOOK_ALLOW_LOOPBACK is for a trial (DEMO or DEBUG) only")

# --- Files --------------------------------------------------------------------------------
FILE_STORE = env.str("FILE_STORE", default=str(DATA_DIR / "files"))
MEDIA_ROOT = FILE_STORE
MEDIA_URL = "/never-served/"
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_FILES_PER_MESSAGE = 5
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Stops reading at the limits and says so in words; Django's own answers 500 to a full disk.
FILE_UPLOAD_HANDLERS = ["files.uploading.BoundedUploadHandler"]
# On the data disk, so that the sweep finds what a killed process left.
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "incoming")
with suppress(OSError):  # a folder that cannot be made is named by `manage.py check`
    Path(FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- Static files -------------------------------------------------------------------------
# bin/run fetches the KRDS parts into ASSETS_DIR; they are never part of the repository.
ASSETS_DIR = Path(env.str("ASSETS_DIR", default=str(DATA_DIR / "assets")))
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static", *([ASSETS_DIR] if ASSETS_DIR.is_dir() else [])]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_files.StaticFiles"},
}
# Plain names come from where the files are written; only the hashed ones are packed.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = flag("WHITENOISE_USE_FINDERS", default=True)
WHITENOISE_AUTOREFRESH = DEBUG
# No other site's page has a use for our styles and scripts.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Language and time --------------------------------------------------------------------
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Seoul"
USE_I18N = True
USE_TZ = True

# --- Security -----------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# With the prefix a browser takes the cookie from this very host alone, never from a neighbour.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=8 * 3600)
# How long a signed-in person may be silent before they must sign in again.
IDLE_MINUTES = env.float("IDLE_MINUTES", default=30)
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
BEHIND_PROXY = flag("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # No script of ours makes HTML out of text; the one policy names the worker's own file.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["portal-worker"],
        "upgrade-insecure-requests": HTTPS,
    }
}
# In the admin alone (portal/policy.py): its bundled jQuery cannot do without.
CONTENT_SECURITY_POLICY_REPORT_ONLY = {
    "DIRECTIVES": {
        "default-src": None,
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
}

# --- Logs ---------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Its messages quote the path with the query and, in debug, the form: personal data.
        "django.request": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        # They name every character that a PDF is made of.
        "fontTools": {"level": "WARNING"},
        # It names every form of returned mail that it tries.
        "flufl.bounce": {"level": "WARNING"},
        "fpdf": {"level": "ERROR"},
    },
}

# --- Limits on what strangers post (portal/limits/) -----------------------------------------
# Multiplies every mark of portal/limits/table.py; 0 switches the limits off.
POST_LIMIT_FACTOR = env.float("POST_LIMIT_FACTOR", default=1.0)
# Answers that could tell by their time whether somebody is known take a multiple of this.
EVEN_SECONDS = env.float("EVEN_SECONDS", default=0.1)

# --- Our own numbers ----------------------------------------------------------------------
# kiwi: morphemes (260 MB for web and worker each); bigram: pairs of syllables, small.
SEARCH_TOKENISER = env.str("SEARCH_TOKENISER", default="kiwi")
DRAFT_DAYS = 14
SILENT_CLOSE_DAYS = 30
DISPUTE_DAYS = 30
SERVICE_PHONE = env.str("SERVICE_PHONE", default="1357")
# The tax office's status service: off without a key. The address is the public data portal's.
NTS_SERVICE_URL = env.str(
    "NTS_SERVICE_URL", default="https://api.odcloud.kr/api/nts-businessman/v1/status"
)
NTS_SERVICE_KEY = env.str("NTS_SERVICE_KEY", default="")
SERVICE_EMAIL = env.str("SERVICE_EMAIL", default=f"help@{MAIL_DOMAIN}")
