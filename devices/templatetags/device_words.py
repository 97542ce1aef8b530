"""A box's states and faults in the reader's language."""

from django import template
from django.utils.translation import gettext, gettext_lazy

from devices.domain.box import BoxState, Faults

register = template.Library()

STATES = {
    BoxState.VENTED: gettext_lazy("vented"),
    BoxState.ARMED: gettext_lazy("ready to inflate"),
    BoxState.INFLATING: gettext_lazy("inflating"),
    BoxState.HOLDING: gettext_lazy("holding"),
    BoxState.DEFLATING: gettext_lazy("letting air out"),
    BoxState.FAULT: gettext_lazy("stopped by a fault"),
    BoxState.SELF_TEST: gettext_lazy("testing itself"),
}
FAULTS = {
    Faults.LEASE: gettext_lazy("Nobody asked it to go on, so it vented."),
    Faults.OVER_PRESSURE: gettext_lazy("The pressure rose above the ceiling."),
    Faults.SENSOR: gettext_lazy("Its pressure sensors can't be right."),
    Faults.LEAK: gettext_lazy("Air is lost: look at the cuff, the tube and the connectors."),
    Faults.BLOCKED: gettext_lazy("The cuff did not empty: look for a kinked tube or a stuck valve."),
    Faults.PUMP: gettext_lazy("The pump brings no pressure."),
    Faults.WATCHDOG: gettext_lazy("It restarted by itself."),
    Faults.EMERGENCY_STOP: gettext_lazy("Its own stop button was pressed."),
    Faults.INFLATED_TOO_LONG: gettext_lazy("The cuff was inflated for as long as was allowed."),
}


@register.filter
def state_words(state: BoxState) -> str:
    """What the box is doing."""
    return str(STATES[state])


@register.filter
def fault_words(faults: Faults) -> str:
    """Every latched fault, a sentence each."""
    known = [str(words) for fault, words in FAULTS.items() if fault in faults]
    return " ".join(known) or gettext("It reports a fault that this program does not know.")
