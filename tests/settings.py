"""The product's settings on a data folder that is thrown away."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="trimtab-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
_encoders = os.environ.get("TRIMTAB_ENCODERS") or os.path.join(os.path.dirname(__file__), "..", "var", "encoders")
os.environ.update(
    TRIMTAB_DATA=_folder,
    # Encoders are prepared once and read by all tests.
    TRIMTAB_ENCODERS=_encoders,
    TRIMTAB_LOG_LEVEL="ERROR",
    TRIMTAB_NO_RATE_LIMITS="1",
)

from trimtab.config.settings import *  # noqa: E402,F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["*"]
