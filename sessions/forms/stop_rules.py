"""How a stop criterion's number is made stricter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.domain.stop_table import RULES, rule_words

ACTION_WORDS = {1: _("warn"), 2: _("open and pause"), 3: _("open and end")}


class StopLimitForm(forms.Form):
    """Which row, which number, and why. Without a number it goes back to what counted before."""

    key = forms.ChoiceField(label=_("Row"))
    number = forms.FloatField(
        label=_("Stricter number"),
        required=False,
        min_value=0,
        max_value=300,
        help_text=_("Leave it empty to take back a number that was set here."),
    )
    reason = forms.CharField(
        label=_("Why"), max_length=300, error_messages={"required": _("Say why, for who reads it later.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.fields["key"]
        assert isinstance(key, forms.ChoiceField)
        key.choices = [
            (rule.key, f"{ACTION_WORDS[rule.action]}: {rule_words(rule, rule.number)}")
            for rule in RULES
            if rule.bound is not None
        ]
