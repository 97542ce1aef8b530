"""The note of a session, as it is edited, signed and amended."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 20_000


class NoteForm(forms.Form):
    """The text, the revision that the person has seen, 0 before anything was saved, and the record as it stood beside it."""

    text = forms.CharField(
        label=_("Note"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 30, "spellcheck": "true", "autocomplete": "off"}),
        error_messages={"required": _("The note is empty.")},
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    record = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Browsers send line ends of their own."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class AmendmentForm(forms.Form):
    """What is added to a signed note, and why. `seen` counts the entries that the person has read."""

    reason = forms.CharField(
        label=_("Why is it amended?"),
        max_length=300,
        error_messages={"required": _("Say why the note is amended.")},
    )
    text = forms.CharField(
        label=_("What is added"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say what is added.")},
    )
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Browsers send line ends of their own."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")
