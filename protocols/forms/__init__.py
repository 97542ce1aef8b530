"""What a clinician fills in: LOP and ramps, a wish to prescribe, own limits, the wider plan, a protocol of the clinic."""

from protocols.forms.own import OwnLimitForm, PlanItemForm, RampForm
from protocols.forms.prescribing import OcclusionForm, PrescribeForm, WithdrawForm
from protocols.forms.protocol import ProtocolForm, filled_with

__all__ = [
    "OcclusionForm",
    "OwnLimitForm",
    "PlanItemForm",
    "PrescribeForm",
    "ProtocolForm",
    "RampForm",
    "WithdrawForm",
    "filled_with",
]
