"""Heart and vessels, after the checklist of Nascimento 2022 (Table 5): any yes goes to a physician; some bar.

The table was seen in part, about 24 items: what was not seen is caught by the last question.
"""

from kaatsu_clinic.thresholds import Origin, Source
from patients.domain.findings import HEART_TABLE, NAKAJIMA, Severity

ABSOLUTE, RELATIVE, NOTE = Severity.ABSOLUTE, Severity.RELATIVE, Severity.NOTE

HEART = (
    (
        "unstable_heart",
        ABSOLUTE,
        "Unstable angina, a recent heart attack, heart failure NYHA III-IV or an uncontrolled rhythm?",
        "Unstable heart disease.",
        HEART_TABLE,
    ),
    ("aneurysm", ABSOLUTE, "Aortic aneurysm or dissection?", "Aortic aneurysm or dissection.", HEART_TABLE),
    (
        "heart_inflammation",
        ABSOLUTE,
        "Inflammation of the heart (myocarditis, pericarditis, endocarditis)?",
        "Inflammation of the heart.",
        Source(
            f"A reason to refer in {HEART_TABLE.words}; that it bars is this programme's", Origin.PROGRAMME
        ),
    ),
    (
        "effort_ischaemia",
        RELATIVE,
        "Chest pain or ECG changes at light effort (below 6 METs)?",
        "Angina or ischaemic ECG changes below 6 METs.",
        HEART_TABLE,
    ),
    (
        "coronary_disease",
        RELATIVE,
        "Coronary disease: plaque on CT, several vessels, a stent, bypass or other revascularisation?",
        "Coronary disease or revascularisation.",
        HEART_TABLE,
    ),
    (
        "cardiac_arrest",
        RELATIVE,
        "Ever a cardiac arrest, or runs of ventricular tachycardia?",
        "Earlier cardiac arrest or ventricular tachycardia.",
        HEART_TABLE,
    ),
    (
        "weak_heart",
        RELATIVE,
        "Ejection fraction below 30 %?",
        "Ejection fraction below 30 %.",
        HEART_TABLE,
    ),
    (
        "heart_failure_or_fibrillation",
        RELATIVE,
        "Atrial fibrillation, or heart failure that is treated and stable?",
        "Atrial fibrillation or heart failure.",
        NAKAJIMA,
    ),
    (
        "congenital_heart",
        RELATIVE,
        "Heart disease from birth?",
        "Congenital heart disease.",
        HEART_TABLE,
    ),
    (
        "ecg_changes",
        RELATIVE,
        "Changes in the ECG, at rest or on effort?",
        "ECG changes at rest or on effort.",
        HEART_TABLE,
    ),
    (
        "low_capacity",
        RELATIVE,
        "A measured capacity below 6 METs?",
        "Capacity below 6 METs.",
        HEART_TABLE,
    ),
    (
        "pressure_falls_on_effort",
        RELATIVE,
        "Blood pressure that falls in exercise?",
        "Systolic pressure falls below rest in exercise.",
        HEART_TABLE,
    ),
    (
        "postural_fall",
        RELATIVE,
        "Dizzy on standing up, with blood pressure falling by 20 mmHg?",
        "Postural hypotension.",
        HEART_TABLE,
    ),
    (
        "very_high_lipids",
        RELATIVE,
        "Inherited high cholesterol with vessel disease, cholesterol above 310 or LDL above 190 mg/dL?",
        "Very high blood fats.",
        HEART_TABLE,
    ),
    (
        "high_lipids",
        NOTE,
        "High blood fats, treated or not?",
        "High blood fats count among the risks of a clot.",
        NAKAJIMA,
    ),
    (
        "peripheral_artery_disease",
        RELATIVE,
        "Narrowed arteries in the legs or arms (peripheral artery disease)?",
        "Peripheral artery disease.",
        HEART_TABLE,
    ),
    (
        "heart_disease",
        RELATIVE,
        "Any other disease of heart or vessels, such as a valve?",
        "Other heart disease.",
        HEART_TABLE,
    ),
)
