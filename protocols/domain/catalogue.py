"""The built-in protocols as data. A changed entry is published as a new version; none is ever edited in place.

Each tells where its numbers are from: published, vendor, or programme setting; and what was not found.
"""

from dataclasses import dataclass
from typing import Any, Literal

from devices.domain.units import Scale
from protocols.domain import asking
from protocols.domain.occlusion import Limb, Posture


@dataclass(frozen=True)
class BuiltIn:
    """One protocol of the catalogue, as `Protocol` stores it. `scale` is empty where no cuff is used."""

    slug: str
    name: str
    kind: str
    scale: Scale | Literal[""]
    limb: Limb
    exercise: str
    description: str
    terms: dict[str, Any]
    origin: str
    instructions: str = ""
    load_rule: str = ""
    posture: Posture | Literal[""] = Posture.SEATED


CYCLE: dict[str, Any] = {
    "inflations": 8,
    "on_s": 20,
    "off_s": 5,
    "first_percent": 50,
    "between_s": 60,
    "cycles_by_week": [1, 2, 3, 4, 5, 6],
    "asks": asking.CYCLES,
}
"""20 s on, 5 s off, eight times, stepwise rising; one cycle more each week up to six (vendor).
The first step at half of the target follows the vendor's 100-150-200 ramp; 60 s between cycles is a programme setting."""

TIMED: dict[str, Any] = {"first_percent": 100, "between_s": 60, "cycles_by_week": [1], "bouts": True}
"""By the clock at one pressure: one round of inflations."""

SETS: dict[str, Any] = {
    "repetitions": [30, 15, 15, 15],
    "rest_s": 30,
    "percent_lop": 40,
    "load_percent_1rm": 30,
    "tempo_s": [asking.UP_S, asking.DOWN_S],
    "asks": asking.SETS,
}

CYCLE_ORIGIN = (
    "Vendor practice, not trial evidence: build-up of one cycle more a week up to six (kaatsuresources.com). "
    "Timing 20 s on, 5 s off as recalled from vendor material, to be checked."
)

EXKNEE_RULE = (
    "30 % 1RM. More than 15 repetitions in the fourth set: the smallest load step next time (published: EXKnee, "
    "5 kg on the leg press). Load before pressure."
)
LIFT = (
    "Up in 2 seconds, down in 2 seconds, without a stop. Breathe on. Stop at once for any of the stop signs."
)
FEET = "Sit upright, feet flat. Curl the toes, then lift the toes, then the heels, about one a second."

BUILT_IN: tuple[BuiltIn, ...] = (
    BuiltIn(
        slug="kaatsu-cycle-leg-sku",
        name="KAATSU cycle build-up, legs (SKU)",
        kind="KAATSU_CYCLE",
        scale=Scale.SKU,
        limb=Limb.LEG,
        exercise="Toe curls, toe raises, heel raises, seated",
        description=(
            "For KAATSU bands. The band fills for 20 s and opens for 5 s, eight times, each time a little firmer up to "
            "the target. One cycle in week 1, one more each week, at most six. Check that colour returns within 3 s "
            "after pressing the skin above the knee. Always start low."
        ),
        terms={**CYCLE, "target_sku": 150, "settings": ["CLINIC", "HOME"]},
        origin=f"{CYCLE_ORIGIN} The usual target of 150 SKU is a programme setting.",
        instructions=FEET,
        load_rule="No load but the foot itself.",
    ),
    BuiltIn(
        slug="kaatsu-cycle-arm-sku",
        name="KAATSU cycle build-up, arms (SKU)",
        kind="KAATSU_CYCLE",
        scale=Scale.SKU,
        limb=Limb.ARM,
        exercise="Hand clench, biceps curl, triceps extension, seated",
        description=(
            "For KAATSU bands on the upper arm. Filled for 20 s, open for 5 s, eight times, rising to the target. "
            "One cycle in week 1, one more each week. Arms first, then legs; never both inflated together."
        ),
        terms={**CYCLE, "target_sku": 120, "settings": ["CLINIC", "HOME"]},
        origin=f"{CYCLE_ORIGIN} The usual target of 120 SKU is a programme setting.",
        instructions="Sit upright. Clench the hand, bend the elbow, stretch it again, about one a second.",
        load_rule="No load, or a light bottle.",
    ),
    BuiltIn(
        slug="kaatsu-cycle-leg-mmhg",
        name="KAATSU cycle build-up, legs (% LOP)",
        kind="KAATSU_CYCLE",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Toe curls, toe raises, heel raises, seated",
        description=(
            "The same rhythm on a wide pneumatic cuff with a measured LOP: filled for 20 s, open for 5 s, eight times, "
            "rising to the target. One cycle in week 1, one more each week, at most six."
        ),
        terms={**CYCLE, "percent_lop": 40, "settings": ["CLINIC"]},
        origin=f"{CYCLE_ORIGIN} Pressures as % LOP with this rhythm are a programme setting; no trial of it was found.",
        instructions=FEET,
        load_rule="No load but the foot itself.",
    ),
    BuiltIn(
        slug="bfr-knee-extension",
        name="Low-load BFR, knee extension",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Knee extension, seated, 2 s up and 2 s down",
        description=(
            "75 repetitions as 30-15-15-15 with 30 s rest, the cuff inflated throughout, at 40 % LOP and 20-40 % 1RM. "
            "Not to failure in the first two weeks. Raise the load before the pressure."
        ),
        terms={**SETS, "settings": ["CLINIC"]},
        origin=(
            "30-15-15-15, 30-60 s rest, 40-80 % of occlusion pressure, 20-40 % 1RM: Patterson 2019 (table as recalled, "
            "to be checked). 40 % LOP in persistent knee symptoms: Jorgensen & Bohn 2023 (published pilot, 4 of 12 dropped out). "
            "30 % 1RM, 30 s rest, 2 s/2 s: EXKnee, Jorgensen 2020 (published, at 60 % LOP)."
        ),
        instructions=LIFT,
        load_rule=EXKNEE_RULE,
    ),
    BuiltIn(
        slug="bfr-biceps-curl",
        name="Low-load BFR, biceps curl",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.ARM,
        exercise="Biceps curl, seated, 2 s up and 2 s down",
        description=(
            "75 repetitions as 30-15-15-15 with 30 s rest, the cuff inflated throughout, at 40 % LOP and 20-40 % 1RM. "
            "Not to failure in the first two weeks."
        ),
        terms={**SETS, "settings": ["CLINIC"]},
        origin=(
            "Scheme after Patterson 2019 (table as recalled, to be checked). "
            "No trial in arthritis on the upper arm was found: programme setting."
        ),
        instructions=LIFT,
        load_rule="20-40 % 1RM; a step more before any more pressure.",
    ),
    BuiltIn(
        slug="home-sit-to-stand",
        name="Home maintenance, sit-to-stand",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Sit-to-stand from a chair of about 43 cm",
        description=(
            "30-15-15-15 with your own weight, 60 s rest with the cuff open between sets, at no more than 40 % LOP. "
            "Never to failure; effort no more than 6 of 10. Two, at most three times a week, with a day between."
        ),
        terms={
            "repetitions": [30, 15, 15, 15],
            "rest_s": 60,
            "vented_rests": True,
            "percent_lop": 40,
            "most_percent_lop": 40,
            "tempo_s": [asking.UP_S, asking.DOWN_S],
            "asks": asking.OPEN_SETS,
            "settings": ["HOME", "CLINIC"],
        },
        origin=(
            "Sit-to-stand 30/15/15 at home from a 43 cm chair: EXKnee2 (NCT05770934, registered at 60 % LOP, ended without "
            "participants). The lower pressure, open rests and no failure sets are programme settings; no validated home "
            "dose was found."
        ),
        instructions="Arms crossed, stand up and sit down slowly. Open the cuff in every rest. Stop well before you can't go on.",
        load_rule="Your own weight only.",
    ),
    BuiltIn(
        slug="kaatsu-constant-leg-sku",
        name="KAATSU constant, legs (SKU)",
        kind="TIMED",
        scale=Scale.SKU,
        limb=Limb.LEG,
        exercise="Toe curls, toe raises, heel raises, seated",
        description=(
            "For KAATSU bands, and only for those who know the cycle well: the band stays filled for 9 min while "
            "light exercises are done. The vendor asks for the cycle first, primarily or exclusively."
        ),
        terms={
            **TIMED,
            "inflations": 1,
            "on_s": 540,
            "off_s": 0,
            "target_sku": 120,
            "asks": asking.ONE_HOLD,
            "settings": ["CLINIC"],
        },
        origin="At most 10 min: vendor (kaatsublog 2022-10-11); 9 min leave room to fill and open. The usual target of 120 SKU is a programme setting.",
        instructions=f"{FEET} Rest whenever you like.",
        load_rule="No load but the foot itself.",
    ),
    BuiltIn(
        slug="exknee-knee-extension",
        name="EXKnee, knee extension",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Knee extension on the machine, one leg",
        description=(
            "As in the EXKnee trial before knee replacement: 30-15-15 and a fourth set, 30 s rest, cuff inflated throughout, "
            "30 % 1RM, 60 % LOP. In the trial the fourth set went to failure; here it has 15, more if they come easily, and "
            "not to failure in the first two weeks."
        ),
        terms={**SETS, "percent_lop": 60, "settings": ["CLINIC"]},
        origin=(
            "EXKnee, Jorgensen 2020 (published, PMC7534706 Table 3): 60 % LOP, 30 % 1RM, 30/15/15/to failure, 2 s/2 s, 30 s rest, "
            "at least 36 h apart, 8 weeks. A fourth set of 15 instead of to failure is a programme setting."
        ),
        instructions=LIFT,
        load_rule=EXKNEE_RULE,
    ),
    BuiltIn(
        slug="exknee-leg-press",
        name="EXKnee, leg press",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Leg press, one leg",
        description=(
            "As in the EXKnee trial: 30-15-15 and a fourth set, 30 s rest, cuff inflated throughout, 30 % 1RM, 60 % LOP. "
            "Not to failure in the first two weeks."
        ),
        terms={**SETS, "percent_lop": 60, "settings": ["CLINIC"]},
        origin=(
            "EXKnee, Jorgensen 2020 (published, PMC7534706 Table 3): as for the knee extension. "
            "A fourth set of 15 instead of to failure is a programme setting."
        ),
        instructions=LIFT,
        load_rule=EXKNEE_RULE,
    ),
    BuiltIn(
        slug="light-upper-limb",
        name="Light upper limb, sore hands",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.ARM,
        exercise="Elbow bend and stretch with a wrist weight, so that the hand grips nothing",
        description=(
            "For hands and wrists that hurt: 20-10-10, 60 s rest with the cuff open between sets, at 40 % LOP and 20 % 1RM or "
            "the arm's own weight."
        ),
        terms={
            "repetitions": [20, 10, 10],
            "rest_s": 60,
            "vented_rests": True,
            "percent_lop": 40,
            "most_percent_lop": 50,
            "load_percent_1rm": 20,
            "tempo_s": [asking.UP_S, asking.DOWN_S],
            "asks": asking.OPEN_SETS,
            "settings": ["CLINIC"],
        },
        origin="All numbers are a programme setting: no trial in arthritis on the upper arm was found.",
        instructions=LIFT,
        load_rule="20 % 1RM at most at first; the arm's own weight while a joint of it is sore.",
    ),
    BuiltIn(
        slug="bfr-walking",
        name="Walking with BFR",
        kind="TIMED",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Walking on the level or the treadmill, at a pace that lets you talk",
        description=(
            "Five times 2 min of easy walking with the cuff inflated at 40 % LOP, 1 min standing with the cuff open between. "
            "Someone walks along; a rail is within reach."
        ),
        terms={
            **TIMED,
            "inflations": 5,
            "on_s": 120,
            "off_s": 60,
            "percent_lop": 40,
            "asks": asking.WALKING,
            "settings": ["CLINIC"],
        },
        origin=(
            "5-20 min, 40-80 % of occlusion pressure, below half of the aerobic capacity: Patterson 2019 (table as recalled, to be "
            "checked). Five times 2 min and 1 min open are programme settings."
        ),
        instructions="Walk at a pace at which you can talk. Say at once if a leg feels numb, or if you feel unsteady.",
        load_rule="No load. Pace before pressure: below half of the aerobic capacity.",
        posture=Posture.STANDING,
    ),
    BuiltIn(
        slug="conventional-resistance",
        name="Conventional resistance training, no cuff",
        kind="NO_CUFF",
        scale="",
        limb=Limb.LEG,
        exercise="Leg press and knee extension",
        description=(
            "The usual training that low-load BFR is compared with, and where the way leads once joints allow it: 3 sets of 8-10 "
            "at 65-70 % 1RM, 2 min rest. No cuff. For strength, heavy loads do somewhat more than BFR in older people."
        ),
        terms={
            "repetitions": [10, 10, 10],
            "rest_s": 120,
            "load_percent_1rm": 65,
            "tempo_s": [asking.UP_S, asking.DOWN_S],
            "asks": asking.WITHOUT_CUFF,
            "settings": ["CLINIC"],
        },
        origin=(
            "At least 60 % 1RM for strength, 70 % for size: ACSM (as quoted in Trials 2024, to be checked); 65-70 % as in the article "
            "that this programme follows. Strength gain with BFR smaller than with heavy loads: Centner 2019 (published, ES -0.42)."
        ),
        instructions=LIFT,
        load_rule="65-70 % 1RM; 2 repetitions more than asked for in two sessions running: the smallest load step (programme setting).",
        posture=Posture.SEATED,
    ),
)
