"""What the forms of this app share: refusals next to their fields, a day, errors in our own words."""

from collections.abc import Mapping

from django import forms


def refuse(form: forms.BaseForm, objections: Mapping[str, str], prefix: str = "") -> None:
    """Put a service's objections next to their fields, and the rest on top."""
    for name, words in objections.items():
        field = next((one for one in (f"{prefix}{name}", name) if one in form.fields), None)
        form.add_error(field, words)


def day_widget() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def plain(form: forms.BaseForm) -> None:
    """Errors in our own words next to the field, not in the browser's bubble."""
    form.use_required_attribute = False
