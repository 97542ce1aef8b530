"""Why a clinician says that a session ended."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.domain.closing import ClosingReason
from sessions.models import CLOSING_WORDS


class ClosingForm(forms.Form):
    """Why a session ended: one tap, and a note for who wants to say more."""

    reason = forms.TypedChoiceField(
        label=_("Why did it end?"),
        choices=[(reason.value, words) for reason, words in CLOSING_WORDS.items()],
        coerce=ClosingReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap one reason.")},
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(Field("reason", template="sessions/_buttons_field.html"), "note")
        self.helper.add_input(Submit("save", _("Save the reason")))
