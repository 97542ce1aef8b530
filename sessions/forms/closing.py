"""Why a clinician says that a session ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.domain.closing import (
    SUGGESTED,
    ClosingDetail,
    ClosingReason,
    details_of,
    suggested,
    suggested_detail,
)
from sessions.models import CLOSING_WORDS, DETAIL_WORDS, TrainingSession

REASONS = [(reason.value, words) for reason, words in CLOSING_WORDS.items()]
DETAILS = [(detail.value, words) for detail, words in DETAIL_WORDS.items()]


class ClosingForm(forms.Form):
    """Why a session ended: one tap, one more where there is more to say, one to keep it. `initial` only suggests."""

    reason = forms.TypedChoiceField(
        choices=REASONS, coerce=ClosingReason, error_messages={"required": _("Tap one reason.")}
    )
    detail = forms.TypedChoiceField(choices=DETAILS, coerce=ClosingDetail, required=False, empty_value=None)
    note = forms.CharField(required=False, max_length=2000)
    instead_of = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A detail that was tapped before the reason was changed is dropped."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        reason, detail = given.get("reason"), given.get("detail")
        if reason and detail not in details_of(reason):
            given["detail"] = None
        return given

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Each reason with its details, as buttons, and which of them are chosen."""
        chosen, detail = str(self["reason"].value() or ""), str(self["detail"].value() or "")
        return [
            {
                "value": reason.value,
                "words": words,
                "is_chosen": reason.value == chosen,
                "suggested_by": " ".join(
                    outcome for outcome, likely in SUGGESTED.items() if likely is reason
                ),
                "details": [
                    {"value": one.value, "words": DETAIL_WORDS[one], "is_chosen": one.value == detail}
                    for one in details_of(reason)
                ],
            }
            for reason, words in CLOSING_WORDS.items()
        ]


def closing_form(session: TrainingSession, signals: list[str]) -> ClosingForm:
    """The form with the reason that was kept, or else what the record makes likely. `signals`: of the criteria that were met."""
    if given := session.closing_reason:
        kept = {"reason": given, "detail": session.closing_detail, "note": session.closing_note}
        return ClosingForm(initial=kept | {"instead_of": session.reason_kept})
    reason = suggested(session.outcome)
    detail = suggested_detail(signals) if reason is ClosingReason.CRITERION else None
    return ClosingForm(initial={"reason": reason, "detail": detail})
