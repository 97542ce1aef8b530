"""Publishing protocols, recording LOP and ramps, prescribing, progressing, and what a clinic or patient has of its own."""

from protocols.domain.prescribing import NotPrescribableError
from protocols.selectors import Wish
from protocols.services.catalogue import NotPublishableError, publish_built_in, publish_own, retire_own
from protocols.services.occlusion import NotRecordableError, record_estimate, record_occlusion, record_ramp
from protocols.services.own import RefusedError, add_plan_item, end_limit, end_plan_item, set_limit
from protocols.services.prescribing import (
    NotWithdrawableError,
    keep_tolerated,
    prescribe,
    propose,
    valid_until,
    withdraw_prescription,
)
from protocols.services.progression import NotDecidableError, decide

__all__ = [
    "NotDecidableError",
    "NotPrescribableError",
    "NotPublishableError",
    "NotRecordableError",
    "NotWithdrawableError",
    "RefusedError",
    "Wish",
    "add_plan_item",
    "decide",
    "end_limit",
    "end_plan_item",
    "keep_tolerated",
    "prescribe",
    "propose",
    "publish_built_in",
    "publish_own",
    "record_estimate",
    "record_occlusion",
    "record_ramp",
    "retire_own",
    "set_limit",
    "valid_until",
    "withdraw_prescription",
]
