from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModellabConfig(AppConfig):
    name = "apps.modellab"
    verbose_name = _("Model lab")
