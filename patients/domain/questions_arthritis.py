"""What is asked of people with arthritis above all: their medicines, the disease itself, signs of giant cell arteritis."""

from kaatsu_clinic.thresholds import Origin, Source
from patients.domain.findings import FLORIDA, REASONED, Severity

ABSOLUTE, RELATIVE = Severity.ABSOLUTE, Severity.RELATIVE
PUBLISHED = Origin.PUBLISHED

MEDICINES = (
    (
        "jak_inhibitor",
        RELATIVE,
        "A JAK inhibitor (tofacitinib, baricitinib, upadacitinib)?",
        "JAK inhibitor: raised risk of clots, heart attack and stroke.",
        Source("FDA boxed warning, 1 September 2021", PUBLISHED),
    ),
    (
        "anticoagulant",
        RELATIVE,
        "A blood thinner or platelet inhibitor?",
        "Anticoagulant or antiplatelet: bruising and bleeding.",
        FLORIDA,
    ),
    (
        "steroids",
        RELATIVE,
        "Cortisone tablets for a long time?",
        "Long-term glucocorticoids: fragile skin and bone, myopathy, clots.",
        FLORIDA,
    ),
    (
        "statin_nsaid",
        RELATIVE,
        "A statin together with an anti-inflammatory (NSAID), or often short of fluid?",
        "Statin with NSAID or dehydration: muscle breakdown, kidney.",
        REASONED,
    ),
)

ARTHRITIS = (
    (
        "flare",
        ABSOLUTE,
        "Is the arthritis in an uncontrolled flare?",
        "Uncontrolled flare: no training until it has settled.",
        REASONED,
    ),
    (
        "hot_joint",
        ABSOLUTE,
        "A hot, swollen or suddenly painful joint?",
        "Inflamed joint: no cuff on this limb until it has settled.",
        REASONED,
    ),
    ("vasculitis", RELATIVE, "Vasculitis?", "Vasculitis.", REASONED),
    (
        "cervical_spine",
        RELATIVE,
        "Instability of the neck (cervical spine)?",
        "Cervical instability: no straining, no held breath.",
        REASONED,
    ),
    (
        "baker_cyst",
        RELATIVE,
        "A Baker's cyst behind the knee?",
        "Baker's cyst: it can hide a clot or look like one.",
        REASONED,
    ),
    (
        "psoriatic_plaque",
        RELATIVE,
        "A psoriatic plaque where a cuff would sit?",
        "Psoriatic plaque: no cuff over it.",
        REASONED,
    ),
)

GCA = (
    (
        "gca",
        ABSOLUTE,
        "New headache, tender scalp, pain on chewing or in the limbs, or a change in sight?",
        "May be giant cell arteritis: medical review on the same day.",
        REASONED,
    ),
)
