"""A flare as the patient reports it on the phone: taps only, no typing needed."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.domain.flare import Control, Sign, Told
from sessions.forms.home import score

LASTED = [(6, _("A few hours")), (24, _("About a day")), (48, _("Two days")), (72, _("Three days or more"))]
"""Hours, as people say them."""


class HomeFlareForm(forms.Form):
    """What the rules for a flare ask, in the patient's words."""

    lasted_h = forms.TypedChoiceField(
        label=_("For how long?"),
        choices=LASTED,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap one.")},
    )
    usual_pain_nrs = score(_("Your usual pain"), _("0 is no pain, 10 is the worst pain you can think of."))
    pain_nrs = score(_("Your pain now"), _("0 is no pain, 10 is the worst pain you can think of."))
    signs = forms.MultipleChoiceField(
        label=_("Do you have any of these?"),
        choices=[(sign.value, sign.words) for sign in Sign],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    control = forms.ChoiceField(
        label=_("Does your usual treatment help enough?"),
        choices=[(Control.YES, _("Yes")), (Control.NO, _("No")), (Control.NOT_KNOWN, _("I do not know"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap one.")},
    )
    words = forms.CharField(
        label=_("Which joints? (you may leave it out)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Field("lasted_h", template="sessions/_buttons_field.html"),
            Field("usual_pain_nrs", template="sessions/_scale_field.html"),
            Field("pain_nrs", template="sessions/_scale_field.html"),
            Field("signs", template="sessions/_ticks_field.html"),
            Field("control", template="sessions/_buttons_field.html"),
            "words",
        )

    def terms(self, today: date) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        return {
            "began_on": today - timedelta(hours=given["lasted_h"]),
            "words": given["words"] or gettext("Reported by the patient."),
            "control": given["control"],
            "told": Told(
                given["usual_pain_nrs"], given["pain_nrs"], given["lasted_h"], tuple(given["signs"])
            ),
        }
