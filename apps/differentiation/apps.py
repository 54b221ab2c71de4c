from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DifferentiationConfig(AppConfig):
    name = "apps.differentiation"
    verbose_name = _("Differentiation")
