"""What a person is told before they consent, with the base rates and where each is from. Shown on the consent page."""

from typing import NamedTuple

from kaatsu_clinic.thresholds import Origin, Source

CONSENT_VERSION = 1
"""Goes up whenever a sentence or a rate changes: a consent holds for the text that was explained."""


class Rate(NamedTuple):
    """How often something happened, in percent of people, as it was printed."""

    event: str
    percent: str


class Survey(NamedTuple):
    """One source of base rates. `words` says what it was; `rates` is empty where it printed none."""

    title: str
    words: str
    source: Source
    rates: tuple[Rate, ...] = ()


SURVEYS = (
    Survey(
        "Survey of Japanese KAATSU facilities, 2006",
        "Reported by supervised facilities themselves. The number of people was not checked in the paper: "
        "a page that quotes it prints 12,462.",
        Source("Nakajima 2006, as quoted by others", Origin.SECONDARY),
        (
            Rate("Bleeding under the skin (bruise)", "13.1"),
            Rate("Numbness", "1.297"),
            Rate("Light-headedness", "0.277"),
            Rate("Feeling cold", "0.127"),
            Rate("Clot in a deep vein (DVT)", "0.055"),
            Rate("Worsening of coronary heart disease", "0.016"),
            Rate("Clot in the lung (PE)", "0.008"),
            Rate("Muscle breakdown (rhabdomyolysis)", "0.008"),
        ),
    ),
    Survey(
        "Survey of Japanese KAATSU facilities, 2016",
        "232 supervised facilities, reported by themselves: dizziness, bruising, drowsiness, numbness, nausea and "
        "itching; no serious events.",
        Source("Yasuda 2017", Origin.PUBLISHED),
    ),
    Survey(
        "Study after knee surgery, 2022",
        "42 people in a feasibility study: 38 of them reported 146 adverse events, none of them serious.",
        Source("J Exp Orthop 2022", Origin.PUBLISHED),
    ),
)

SENTENCES = (
    "A cuff on the arm or thigh is inflated during light exercise and slows the blood flow for some minutes.",
    "Taking part is voluntary. You may stop a session, or take this consent back, at any time and without a reason.",
    "It may not help you: gains in strength can be smaller than with heavy weights.",
    "Tell us at once of pain out of proportion, numbness that stays, a swollen limb, dark urine, chest pain, "
    "shortness of breath or dizziness, also in the three days after a session.",
    "The program that guides the training is not a certified medical device.",
)
