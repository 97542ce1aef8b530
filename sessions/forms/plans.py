"""A choice among prescriptions, in the words of the person whose they are."""

from django import forms

from protocols.models import Prescription


class PlanField(forms.ModelChoiceField):  # type: ignore[type-arg]  # can't be subscripted while it runs
    """A choice among prescriptions, in the patient's words: limb and side first, where a narrow list still shows them."""

    def label_from_instance(self, obj: Prescription) -> str:
        """Which plan it is."""
        return f"{_limb_words(obj).capitalize()}: {obj.protocol.exercise.lower()}"


def plan_words(plan: Prescription) -> str:
    """A prescription as its patient names it."""
    return f"{plan.protocol.exercise}: {_limb_words(plan)}".capitalize()


def _limb_words(plan: Prescription) -> str:
    return f"{plan.get_limb_display()}, {plan.get_side_display()}".lower()
