"""What is asked before the self-test of a controller."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SelfTestForm(forms.Form):
    """The one thing that the program can't see."""

    nobody_wears_it = forms.BooleanField(
        label=_("Nobody wears a cuff of this controller. Each is closed round a cylinder or a rolled towel."),
        error_messages={"required": _("Look at each cuff, then tick this.")},
    )
