from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import Role

CURRENCIES = [(code, code) for code in ("USD", "EUR", "CNY", "GBP", "JPY", "CHF", "CAD", "AUD", "INR", "SGD", "HKD")]


class WorkspaceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES, initial="USD")


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("Email"), required=False, help_text=_("Leave empty for a link that anyone may use once.")
    )
    role = forms.TypedChoiceField(label=_("Role"), choices=Role.choices, coerce=int, initial=Role.EDITOR)


class RoleForm(forms.Form):
    role = forms.TypedChoiceField(label=_("Role"), choices=Role.choices, coerce=int)


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Where the token will be used."))
    role = forms.TypedChoiceField(label=_("Role"), choices=Role.choices, coerce=int, initial=Role.VIEWER)
    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, max_value=730, initial=90, required=False)
