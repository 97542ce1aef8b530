"""What the forms of this app share: a choice of cuffs, and fields without a form around them."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from devices.models import CuffModel


def choose_from(form: forms.Form, cuffs: QuerySet[CuffModel]) -> None:
    """Errors in our words, not the browser's; the only cuff there is stands chosen."""
    form.use_required_attribute = False
    choice = form.fields["cuff_model"]
    assert isinstance(choice, forms.ModelChoiceField)
    choice.queryset = cuffs
    if not cuffs:
        choice.help_text = _("No cuff of this kind is registered yet.")
    if len(cuffs) == 1:
        form.initial.setdefault("cuff_model", cuffs[0].pk)


def layout(*fields: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.layout = Layout(*fields)
    return helper
