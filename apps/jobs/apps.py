from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "apps.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        # The engine must be the default before a task is declared or a job is published.
        import_module("trimtab.config.celery")
        autodiscover_modules("tasks")
        for module in settings.TRIMTAB_EXTRA_TASKS:
            import_module(module)
