"""What a running session does with the commands about its alarms: acknowledge, pause the audio, inactivate, the check of the sounds.

None of them changes a priority, hides an alarm or touches the pressure.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sessions.domain import alarms
from sessions.domain.alarms import ANSWERED, Heard, may_be_inactivated, sort_of
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Live

KEPT_CHECKS = 16
SOMEBODY = "somebody"


def acted(live: Live, command: Command) -> str:
    """What the log says that was done, in words; empty for any other command."""
    return WORDS[command.verb](live, command) if command.verb in WORDS else ""


def refuse_unheard(live: Live, command: Command) -> str | None:
    """A console inflates only when whoever is there has said whether its alarms are heard."""
    if dict(live.sound_checks).get(command.console) in ANSWERED:
        return None
    return "Play the alarms on this console first, and say whether you hear them."


def _meant(live: Live, command: Command) -> list[alarms.Alarm]:
    upto = int(command.value or 0)
    return [one for one in live.alarms.listed if alarms.is_meant(one, upto, command.signal)]


def _refuse_acknowledge(live: Live, command: Command) -> str | None:
    return None if _meant(live, command) else "There is no alarm to acknowledge."


def _act_acknowledge(live: Live, command: Command) -> Live:
    by = command.who or SOMEBODY
    return replace(live, alarms=alarms.acknowledge(live.alarms, int(command.value or 0), by, command.signal))


def _acknowledged(live: Live, command: Command) -> str:
    return ", ".join(sort_of(one.code).name for one in _meant(live, command)) + "."


def _refuse_audio_pause(live: Live, command: Command) -> str | None:
    return None if live.alarms.audible else "No alarm sounds now."


def _act_audio_pause(live: Live, command: Command) -> Live:
    upto = min(live.alarms.count, int(command.value or 0))
    return replace(live, alarms=alarms.pause_audio(live.alarms, live.now, command.who or SOMEBODY, upto))


def _refuse_audio_resume(live: Live, command: Command) -> str | None:
    return "The sounds are not paused." if live.alarms.paused_until is None else None


def _act_audio_resume(live: Live, command: Command) -> Live:
    return replace(live, alarms=alarms.resume_audio(live.alarms))


def _refuse_inactivate(live: Live, command: Command) -> str | None:
    if not may_be_inactivated(command.signal):
        return "This alarm can't be switched off."
    return None if command.value in (0.0, 1.0) else "Say whether it is to be off or on."


def _act_inactivate(live: Live, command: Command) -> Live:
    if command.value:
        return replace(live, alarms=alarms.inactivate(live.alarms, command.signal))
    return replace(live, alarms=alarms.reactivate(live.alarms, command.signal))


def _inactivated(live: Live, command: Command) -> str:
    name = sort_of(command.signal).name
    return f"{name}: off for this session." if command.value else f"{name}: on again."


def _refuse_sound_check(live: Live, command: Command) -> str | None:
    if live.people.is_of_another(command.seat):
        return "Only who is at a console says what is heard there."
    return None if command.signal in Heard.__members__ else "Say whether the alarms were heard."


def _act_sound_check(live: Live, command: Command) -> Live:
    others = [one for one in live.sound_checks if one[0] != command.console]
    return replace(live, sound_checks=(*others, (command.console, Heard(command.signal)))[-KEPT_CHECKS:])


HEARD_WORDS = {
    Heard.HEARD: "The alarms are heard.",
    Heard.NOT_HEARD: "The alarms are NOT heard.",
    Heard.WITHOUT: "This console goes on without sound.",
}

ALARM_REFUSALS: Mapping[Verb, Callable[[Live, Command], str | None]] = {
    Verb.ACKNOWLEDGE: _refuse_acknowledge,
    Verb.AUDIO_PAUSE: _refuse_audio_pause,
    Verb.AUDIO_RESUME: _refuse_audio_resume,
    Verb.INACTIVATE: _refuse_inactivate,
    Verb.SOUND_CHECK: _refuse_sound_check,
}
ALARM_ACTS: Mapping[Verb, Callable[[Live, Command], Live]] = {
    Verb.ACKNOWLEDGE: _act_acknowledge,
    Verb.AUDIO_PAUSE: _act_audio_pause,
    Verb.AUDIO_RESUME: _act_audio_resume,
    Verb.INACTIVATE: _act_inactivate,
    Verb.SOUND_CHECK: _act_sound_check,
}
WORDS: Mapping[Verb, Callable[[Live, Command], str]] = {
    Verb.ACKNOWLEDGE: _acknowledged,
    Verb.INACTIVATE: _inactivated,
    Verb.SOUND_CHECK: lambda live, command: HEARD_WORDS[Heard(command.signal)],
}
