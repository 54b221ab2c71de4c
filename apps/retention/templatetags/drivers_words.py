"""Columns, levels and reasons of the study of leaving in templates."""

from __future__ import annotations

from django import template

from apps.retention import drivers_words

register = template.Library()
register.filter("driver_column", drivers_words.column)
register.filter("driver_term", drivers_words.term)
register.filter("driver_reference", drivers_words.reference)
register.filter("driver_left_out", drivers_words.left_out)
