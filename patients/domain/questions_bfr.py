"""What everyone is asked before a cuff: general health, clot risk, limbs and skin.

A source is cited only for what was seen in it: where it names a risk and this programme decides what follows, the
origin is the programme.
"""

from kaatsu_clinic.thresholds import Origin, Source
from patients.domain.findings import CLINIC_LISTS, CLOT_TABLE, HEART_TABLE, NAKAJIMA, REASONED, Severity

ABSOLUTE, RELATIVE, NOTE = Severity.ABSOLUTE, Severity.RELATIVE, Severity.NOTE
PUBLISHED, SECONDARY, PROGRAMME = Origin.PUBLISHED, Origin.SECONDARY, Origin.PROGRAMME

GENERAL = (
    (
        "pregnancy",
        ABSOLUTE,
        "Pregnant, or gave birth in the last weeks?",
        "Pregnancy or the weeks after birth.",
        CLINIC_LISTS,
    ),
    (
        "acute_illness",
        ABSOLUTE,
        "Fever, an acute infection, or feeling acutely ill?",
        "Acute illness or infection: no training until it is over.",
        Source(f"{HEART_TABLE.words}; Tabata 2016 (rhabdomyolysis during tonsillitis)", PUBLISHED),
    ),
    (
        "active_cancer",
        ABSOLUTE,
        "Active cancer, chemotherapy or radiotherapy?",
        "Active cancer or its treatment.",
        Source("Exclusion of the EXKnee2 trial (NCT05770934)", PUBLISHED),
    ),
    (
        "rhabdomyolysis",
        ABSOLUTE,
        "Ever had rhabdomyolysis or a compartment syndrome?",
        "Earlier rhabdomyolysis or compartment syndrome.",
        CLINIC_LISTS,
    ),
    (
        "acidosis",
        ABSOLUTE,
        "Acidosis, or raised pressure inside the skull?",
        "Acidosis or raised intracranial pressure.",
        CLINIC_LISTS,
    ),
    (
        "sickle_cell_disease",
        ABSOLUTE,
        "Sickle cell disease?",
        "Sickle cell disease.",
        Source("A clinic list calls it a precaution; that it bars is this programme's", PROGRAMME),
    ),
    ("sickle_cell_trait", RELATIVE, "Carrier of the sickle cell trait?", "Sickle cell trait.", REASONED),
    ("kidney_disease", RELATIVE, "Chronic kidney disease?", "Chronic kidney disease.", REASONED),
    ("covid", RELATIVE, "COVID-19 in the last weeks?", "Recent COVID-19.", REASONED),
    ("smoking", RELATIVE, "Smokes?", "Smoking.", REASONED),
    (
        "cognition",
        RELATIVE,
        "Trouble with memory or with following instructions?",
        "May not be able to report symptoms or follow instructions.",
        REASONED,
    ),
    (
        "untrained",
        NOTE,
        "No training for 14 days or more?",
        "Not in training: keep the first sessions short, no sets to failure.",
        REASONED,
    ),
)

CLOT = (
    (
        "previous_clot",
        ABSOLUTE,
        "Ever had a clot in a vein (DVT) or in the lung (PE)?",
        "Deep vein thrombosis or pulmonary embolism, now or earlier.",
        Source(f"Exclusion of BFR trials (within 3 years, or ever); {CLOT_TABLE.words}", PUBLISHED),
    ),
    (
        "thrombophilia",
        ABSOLUTE,
        "Known thrombophilia or antiphospholipid syndrome?",
        "Thrombophilia or antiphospholipid syndrome.",
        Source(f"A risk in {CLOT_TABLE.words}; that it bars is this programme's", PROGRAMME),
    ),
    (
        "swollen_leg",
        ABSOLUTE,
        "New swelling or pain of one leg or calf?",
        "One leg newly swollen or painful: rule out a clot first. A Baker's cyst can look the same.",
        Source("Wells rule for a suspected clot (2003), from concordant copies", SECONDARY),
    ),
    (
        "immobilised",
        RELATIVE,
        "Surgery, a plaster, a hospital stay or bed rest in the last 12 weeks?",
        "Surgery or immobilisation in the last 12 weeks.",
        Source(
            f"Immobilisation is a risk in {CLOT_TABLE.words}; the 12 weeks are this programme's", PROGRAMME
        ),
    ),
    (
        "intensive_care",
        RELATIVE,
        "Intensive or coronary care in the last 12 weeks?",
        "Intensive care in the last 12 weeks.",
        Source(f"A risk in {CLOT_TABLE.words}; the 12 weeks are this programme's", PROGRAMME),
    ),
    (
        "leg_paralysis",
        RELATIVE,
        "Weakness or paralysis of a lower leg?",
        "Lower-leg paralysis or paresis.",
        CLOT_TABLE,
    ),
    (
        "past_cancer",
        RELATIVE,
        "Cancer in the last 5 years, now in remission?",
        "Cancer in the last 5 years.",
        CLOT_TABLE,
    ),
    (
        "high_haemoglobin",
        NOTE,
        "High haemoglobin (thick blood)?",
        "High haemoglobin counts among the risks of a clot.",
        NAKAJIMA,
    ),
    (
        "hormones",
        RELATIVE,
        "Oestrogen (pill or hormone replacement) or tamoxifen?",
        "Oestrogen or tamoxifen.",
        REASONED,
    ),
    (
        "long_travel",
        RELATIVE,
        "A long journey sitting, in the last days or planned?",
        "Long travel around the time of training.",
        REASONED,
    ),
    (
        "varicose_veins",
        RELATIVE,
        "Varicose veins or venous insufficiency?",
        "Varicose veins or venous insufficiency.",
        Source("Exclusion of the Bispebjerg knee OA trial (NCT05437770)", PUBLISHED),
    ),
)

LIMB = (
    (
        "arterial_disease",
        ABSOLUTE,
        "Severe arterial disease, a vascular graft or vessel surgery in a limb?",
        "Arterial disease, graft or vascular surgery in the limb.",
        CLINIC_LISTS,
    ),
    (
        "dialysis_access",
        ABSOLUTE,
        "A dialysis fistula or shunt?",
        "Arteriovenous fistula or dialysis access in the limb.",
        CLINIC_LISTS,
    ),
    (
        "lymphoedema",
        ABSOLUTE,
        "Lymphoedema, or lymph nodes removed at the armpit or groin?",
        "Lymphoedema or lymph node clearance in the limb.",
        CLINIC_LISTS,
    ),
    (
        "wound",
        ABSOLUTE,
        "Open wound, skin infection, skin graft or a fracture not yet healed in a limb?",
        "Wound, skin infection, graft or unhealed fracture in the limb.",
        CLINIC_LISTS,
    ),
    (
        "neuropathy",
        RELATIVE,
        "Numbness or loss of feeling in a limb, or neuropathy from diabetes?",
        "Peripheral neuropathy: warning signs may not be felt.",
        REASONED,
    ),
    (
        "raynaud",
        RELATIVE,
        "Raynaud's (fingers or toes turn white in the cold)?",
        "Raynaud's phenomenon.",
        REASONED,
    ),
    (
        "arthroplasty",
        RELATIVE,
        "A joint replacement?",
        "Joint replacement on this side: needs the surgeon's agreement.",
        REASONED,
    ),
    (
        "bruising",
        NOTE,
        "Bruises easily?",
        "Bruises easily: pad the cuff and look at the skin after each session.",
        REASONED,
    ),
)
