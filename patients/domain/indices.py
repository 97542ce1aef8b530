"""Disease activity in one number, and the state it stands for. Called by `outcomes` and by the flare rules.

CRP comes in as mg/L, as it is kept. DAS28 takes it so; SDAI, DAPSA and PMR-AS count in mg/dL, and convert here, once.
Formulas: DAS28-ESR, DAPSA, HAQ-DI and the 1RM estimates as recalled, DAS28-CRP, SDAI and CDAI from a secondary source,
PMR-AS seen in Binard 2008.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.OUTCOMES, __name__)
FORMULA = Source("As remembered", Origin.RECALLED)
MG_L_PER_MG_DL = 10
LEAST_ESR_MM_H = THRESHOLDS.of(1, "mm/h", "DAS28: ESR counts as at least this", FORMULA)
"""Below it the logarithm in DAS28 would turn negative."""

MOST_REPETITIONS_1RM = THRESHOLDS.of(10, "repetitions", "1RM is estimated from no more than this", FORMULA)
"""With more repetitions an estimate of the one-repetition maximum means little; a BFR set of 30 says nothing."""

HAQ_CATEGORIES = ("dressing", "arising", "eating", "walking", "hygiene", "reach", "grip", "activities")
HAQ_LEAST_CATEGORIES = THRESHOLDS.of(6, "of 8 categories", "HAQ-DI: answered, at least", FORMULA)
HAQ_WITH_AID = THRESHOLDS.of(
    2, "points", "HAQ-DI: a category done with an aid or help counts at least this", FORMULA
)
"""A category done only with an aid or with help counts at least as much."""

KOOS_PS_ITEMS = 7
KOOS_PS_MOST_PER_ITEM = 4


@dataclass(frozen=True)
class State:
    """One step of disease activity: up to and with `most`, or below it where `is_below`. None is no upper end."""

    words: str
    most: float | None
    is_below: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value lies in this state or lower."""
        if self.most is None:
            return True
        return value < self.most if self.is_below else value <= self.most


@dataclass(frozen=True)
class States:
    """The states of one index, the calmest first, and where their cut-offs are from."""

    steps: tuple[State, ...]
    source: Source

    def rank(self, value: float) -> int:
        """0 for the calmest. A higher value is never a lower rank."""
        return next(n for n, step in enumerate(self.steps) if step.holds(value))

    def words(self, value: float) -> str:
        """The state that a value stands for."""
        return self.steps[self.rank(value)].words


def _states(remission: float, low: float, moderate: float, source: Source, *, below: bool = False) -> States:
    steps = (
        State("remission", remission, is_below=below),
        State("low activity", low),
        State("moderate activity", moderate),
        State("high activity", None),
    )
    return States(steps, source)


DAS28_STATES = _states(2.6, 3.2, 5.1, Source("Cut-offs made for DAS28-ESR", Origin.SECONDARY), below=True)
SDAI_STATES = _states(3.3, 11, 26, Source("SDAI cut-offs", Origin.SECONDARY))
CDAI_STATES = _states(2.8, 10, 22, Source("CDAI cut-offs", Origin.SECONDARY))
DAPSA_STATES = _states(4, 14, 28, Source("Schoels 2016", Origin.PUBLISHED))
CDAPSA_STATES = _states(4, 13, 27, Source("cDAPSA cut-offs", Origin.RECALLED))
PMR_AS_STATES = States(
    (
        State("low activity", 7, is_below=True),
        State("medium activity", 17),
        State("high activity", None),
    ),
    Source("Binard 2008", Origin.PUBLISHED),
)
THRESHOLDS.tell(
    *(
        (f"{name}: {step.words} {'below' if step.is_below else 'up to'}", step.most, "points", states.source)
        for name, states in (
            ("DAS28", DAS28_STATES),
            ("SDAI", SDAI_STATES),
            ("CDAI", CDAI_STATES),
            ("DAPSA", DAPSA_STATES),
            ("cDAPSA", CDAPSA_STATES),
            ("PMR-AS", PMR_AS_STATES),
        )
        for step in states.steps
        if step.most is not None
    )
)


def das28_esr(*, tender_28: float, swollen_28: float, esr_mm_h: float, patient_global_0_100: float) -> float:
    """DAS28 with the sedimentation rate and the patient's global health."""
    return _joints_and_esr(tender_28, swollen_28, esr_mm_h) + 0.014 * patient_global_0_100


def das28_esr_without_global(*, tender_28: float, swollen_28: float, esr_mm_h: float) -> float:
    """DAS28 with the sedimentation rate, from three variables."""
    return _joints_and_esr(tender_28, swollen_28, esr_mm_h) * 1.08 + 0.16


def das28_crp(*, tender_28: float, swollen_28: float, crp_mg_l: float, patient_global_0_100: float) -> float:
    """DAS28 with CRP in mg/L and the patient's global health."""
    return _joints_and_crp(tender_28, swollen_28, crp_mg_l) + 0.014 * patient_global_0_100 + 0.96


def das28_crp_without_global(*, tender_28: float, swollen_28: float, crp_mg_l: float) -> float:
    """DAS28 with CRP in mg/L, from three variables."""
    return _joints_and_crp(tender_28, swollen_28, crp_mg_l) * 1.10 + 1.15


def cdai(
    *, tender_28: float, swollen_28: float, patient_global_0_10: float, physician_global_0_10: float
) -> float:
    """Joints and the two global scores: no laboratory."""
    return tender_28 + swollen_28 + patient_global_0_10 + physician_global_0_10


def sdai(
    *,
    tender_28: float,
    swollen_28: float,
    patient_global_0_10: float,
    physician_global_0_10: float,
    crp_mg_l: float,
) -> float:
    """CDAI and CRP, which counts in mg/dL."""
    clinical = cdai(
        tender_28=tender_28,
        swollen_28=swollen_28,
        patient_global_0_10=patient_global_0_10,
        physician_global_0_10=physician_global_0_10,
    )
    return clinical + _mg_dl(crp_mg_l)


def cdapsa(*, tender_68: float, swollen_66: float, patient_global_0_10: float, pain_0_10: float) -> float:
    """Joints, global score and pain in psoriatic arthritis: no laboratory."""
    return tender_68 + swollen_66 + patient_global_0_10 + pain_0_10


def dapsa(
    *, tender_68: float, swollen_66: float, patient_global_0_10: float, pain_0_10: float, crp_mg_l: float
) -> float:
    """Clinical DAPSA and CRP, which counts in mg/dL."""
    clinical = cdapsa(
        tender_68=tender_68,
        swollen_66=swollen_66,
        patient_global_0_10=patient_global_0_10,
        pain_0_10=pain_0_10,
    )
    return clinical + _mg_dl(crp_mg_l)


def pmr_as(
    *,
    crp_mg_l: float,
    pain_0_10: float,
    physician_global_0_10: float,
    morning_stiffness_min: float,
    arm_elevation_0_3: float,
) -> float:
    """PMR-AS. Arm elevation: 0 above the shoulder, 1 up to it, 2 below it, 3 none. CRP counts in mg/dL."""
    stiffness = morning_stiffness_min * 0.1
    return _mg_dl(crp_mg_l) + pain_0_10 + physician_global_0_10 + stiffness + arm_elevation_0_3


def haq_di(scores: Mapping[str, int], with_aid: Sequence[str] = ()) -> float | None:
    """HAQ-DI, 0 to 3, from the worst item (0-3) of each category that was answered. None with fewer than six."""
    if len(scores) < HAQ_LEAST_CATEGORIES:
        return None
    raised = [max(score, HAQ_WITH_AID) if name in with_aid else score for name, score in scores.items()]
    return sum(raised) / len(raised)


def koos_ps_raw(items: Sequence[int]) -> int | None:
    """The raw sum, 0 (no difficulty) to 28. None unless all seven items are there.

    The table that turns it into 0-100 was not verified, so nothing here gives such a number.
    """
    return sum(items) if len(items) == KOOS_PS_ITEMS else None


def one_rm_epley_kg(load_kg: float, repetitions: int) -> float | None:
    """The one-repetition maximum after Epley. None above ten repetitions."""
    return load_kg * (1 + repetitions / 30) if _is_countable(repetitions) else None


def one_rm_brzycki_kg(load_kg: float, repetitions: int) -> float | None:
    """The one-repetition maximum after Brzycki. None above ten repetitions."""
    return load_kg * 36 / (37 - repetitions) if _is_countable(repetitions) else None


def gait_speed_m_s(*, distance_m: float, seconds: float) -> float:
    """Metres a second over a timed walk."""
    return distance_m / seconds


def _is_countable(repetitions: int) -> bool:
    return 1 <= repetitions <= MOST_REPETITIONS_1RM


def _mg_dl(crp_mg_l: float) -> float:
    return crp_mg_l / MG_L_PER_MG_DL


def _joints(tender_28: float, swollen_28: float) -> float:
    return 0.56 * sqrt(tender_28) + 0.28 * sqrt(swollen_28)


def _joints_and_esr(tender_28: float, swollen_28: float, esr_mm_h: float) -> float:
    return _joints(tender_28, swollen_28) + 0.70 * log(max(esr_mm_h, LEAST_ESR_MM_H))


def _joints_and_crp(tender_28: float, swollen_28: float, crp_mg_l: float) -> float:
    return _joints(tender_28, swollen_28) + 0.36 * log(crp_mg_l + 1)
