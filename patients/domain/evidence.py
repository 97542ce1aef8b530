"""What is known of this training in arthritis, and what is not: the evidence page as data.

Abstracts, tables and registry entries were read, full texts were not. A change here changes the page; nothing is typed twice.
How often something happened to others is `consent.SURVEYS`.
"""

from enum import StrEnum
from typing import NamedTuple


class Verified(StrEnum):
    """How far a row was checked against its source, in the words shown beside it."""

    SEEN = "seen in the abstract, table or registry"
    IN_PART = "seen in part"
    RECALLED = "partly from memory"
    EXISTENCE = "it exists; its results were not seen"
    NOTHING = "looked for and not found"


class Subject(StrEnum):
    """The parts of the table, in the order in which they matter to this clinic."""

    RHEUMATOID = "Rheumatoid arthritis"
    PSORIATIC = "Psoriatic arthritis and polymyalgia rheumatica"
    KNEE = "Osteoarthritis of the knee, and knee pain"
    WIDER = "Other people, and safety"


class Study(NamedTuple):
    """One row: who was studied and how, how many, what was found, and how far that was checked."""

    title: str
    subject: Subject
    design: str
    people: str
    result: str
    verified: Verified


STUDIES = (
    Study(
        "Rodrigues 2020, Arthritis Care Res 72:787",
        Subject.RHEUMATOID,
        "Randomised, 12 weeks: BFR at 30 % 1RM, heavy load at 70 %, no training",
        "48 women",
        "BFR against heavy load: leg press +22.8 and +24.2 %, knee extension +19.7 and +23.8 %, muscle area +9.5 and "
        "+10.8 %, chair stands +11.2 and +14.7 %, timed up and go -6.8 and -8.7 %. HAQ (-55.9 %) and SF-36 pain "
        "(+22.5 %) improved only with BFR. One withdrawal and some pain with heavy load, none with BFR.",
        Verified.SEEN,
    ),
    Study(
        "Jonsson 2021, Scand J Rheumatol 50:169",
        Subject.RHEUMATOID,
        "Randomised pilot, 4 weeks: BFR against the same load without",
        "18 women",
        "Feasible, no serious event, good compliance, hard to recruit. Both groups gained strength.",
        Verified.SEEN,
    ),
    Study(
        "dos Santos 2024, ACR abstract 1375",
        Subject.RHEUMATOID,
        "Randomised",
        "women",
        "Not seen.",
        Verified.EXISTENCE,
    ),
    Study(
        "Wen & Chai 2021, Medicine",
        Subject.RHEUMATOID,
        "Meta-analysis of resistance exercise in general, 17 randomised trials",
        "",
        "DAS28: SMD -0.69 (-1.26 to -0.11). HAQ: no significant difference. It is not about BFR.",
        Verified.SEEN,
    ),
    Study(
        "AB1166, Ann Rheum Dis",
        Subject.PSORIATIC,
        "Conference abstract, interim analysis of a randomised trial in RA and PsA",
        "",
        "Not verified by us, so no numbers here.",
        Verified.NOTHING,
    ),
    Study(
        "Psoriatic arthritis alone; polymyalgia rheumatica",
        Subject.PSORIATIC,
        "No trial of BFR was found",
        "0",
        "Everything here about them is extrapolated from other people.",
        Verified.NOTHING,
    ),
    Study(
        "Ferraz 2018, Med Sci Sports Exerc 50:897",
        Subject.KNEE,
        "Randomised, 12 weeks: BFR at 30 % 1RM, 30 % without, 80 %",
        "48 women",
        "BFR against 80 %: leg press +26 and +33 %, knee extension +23 and +22 %, muscle area +7 and +8 %, chair stands "
        "+7 and +14 %, WOMAC function -49 and -42 %. WOMAC pain: -45 % with BFR, -39 % with 30 % alone.",
        Verified.SEEN,
    ),
    Study(
        "Bryk 2016, Knee Surg Sports Traumatol Arthrosc 24:1580",
        Subject.KNEE,
        "Randomised, 6 weeks: 30 % with 200 mmHg against 70 %",
        "34 women",
        "Both improved, no difference between the groups. Less pain while exercising with BFR (this from memory).",
        Verified.RECALLED,
    ),
    Study(
        "Harper 2019, J Clin Med 8:265",
        Subject.KNEE,
        "Randomised pilot, 12 weeks: BFR at 20 % against 60 %",
        "35, aged 60 or more",
        "Torque +9.96 Nm (5.76 to 14.16) overall. BFR against moderate load: -1.87 Nm (-10.96 to 7.23), most measures in "
        "favour of moderate load. Reports of knee pain: 3 against 14.",
        Verified.SEEN,
    ),
    Study(
        "Segal 2015, PM&R",
        Subject.KNEE,
        "Randomised, double-blind, 4 weeks",
        "45 women at risk, 40 completed",
        "Leg press +28.3 ± 4.8 against +15.6 ± 4.5 kg (P = .0385).",
        Verified.SEEN,
    ),
    Study(
        "Segal 2015, Geriatr Orthop Surg Rehabil",
        Subject.KNEE,
        "Randomised, 4 weeks",
        "42 men at risk, 41 completed",
        "No added benefit. Pain improved in the control group only.",
        Verified.SEEN,
    ),
    Study(
        "Wang 2022, Arthritis Care Res",
        Subject.KNEE,
        "Meta-analysis of 5 randomised trials: BFR against resistance training",
        "",
        "Pain SMD -0.04 (-0.31 to 0.24), performance 0.12 (-0.55 to 0.78), self-reported function 0.14 (-0.24 to 0.52), "
        "adverse events RR 0.45 (0.20 to 1.01). The numbers were seen; author and year are from memory.",
        Verified.RECALLED,
    ),
    Study(
        "dos Santos 2021, PLoS One",
        Subject.KNEE,
        "Systematic review, 5 randomised trials in RA and OA",
        "",
        "Strength: no difference from moderate or heavy loads.",
        Verified.SEEN,
    ),
    Study(
        "Huang & Park 2024, Phys Act Nutr 28:7",
        Subject.KNEE,
        "Systematic review and meta-analysis, 10 studies in OA and RA",
        "",
        "Similar to resistance training. Fewer adverse events than heavy loads, better physical function than low loads "
        "without a cuff.",
        Verified.SEEN,
    ),
    Study(
        "Cuyul-Vásquez 2020, Braz J Phys Ther",
        Subject.KNEE,
        "Systematic review, 8 randomised trials in knee pain",
        "",
        "No clinical benefit over exercise.",
        Verified.SEEN,
    ),
    Study(
        "Centner 2019, Sports Med",
        Subject.WIDER,
        "Meta-analysis, 11 studies in older adults",
        "238",
        "Against heavy loads: muscle mass similar (ES 0.21, -0.14 to 0.56), strength gain smaller (ES -0.42, -0.70 to "
        "-0.14).",
        Verified.SEEN,
    ),
    Study(
        "Hughes 2017, Br J Sports Med",
        Subject.WIDER,
        "Meta-analysis, 20 studies in musculoskeletal rehabilitation",
        "",
        "Strength, against low loads without a cuff: g = 0.523.",
        Verified.IN_PART,
    ),
    Study(
        "Minniti 2020, Am J Sports Med",
        Subject.WIDER,
        "Systematic review of safety, 19 studies",
        "322",
        "Adverse events in 14 of 322. With BFR: any 10 of 168, rare ones 3 of 168, against 0 of 154 without.",
        Verified.SEEN,
    ),
    Study(
        "Jacobs 2023, Br J Sports Med",
        Subject.WIDER,
        "Crossover: cuffs that regulate themselves",
        "56 healthy",
        "Less soreness and discomfort. Another trial found more discomfort (Rolnick 2024).",
        Verified.SEEN,
    ),
)


class Check(NamedTuple):
    """A reference of the article that this programme began with, and what was found when it was looked up."""

    claim: str
    found: str
    verified: Verified


CHECKS = (
    Check(
        "AB1166: in RA and PsA, CRP and painful joints improved with KAATSU as with conventional training",
        "The abstract was not found. A conference abstract, interim, not verified by us: no numbers are given.",
        Verified.NOTHING,
    ),
    Check(
        "Phys Act Nutr 2024: similar effects, fewer adverse events than with heavy loads",
        "Found: Huang & Park 2024;28(1):7-19, doi 10.20463/pan.2024.0002, 10 studies.",
        Verified.SEEN,
    ),
    Check(
        "Scand J Rheumatol 2021: improved knee extensor strength with BFR",
        "Found, but both groups improved. 18 people, not blinded; a difference between the groups was not seen.",
        Verified.IN_PART,
    ),
    Check(
        "Kaatsu training in knee osteoarthritis: a randomised pilot trial",
        "The reference of that name is the paper on the design. The results are Harper 2019, in the table above.",
        Verified.SEEN,
    ),
    Check(
        "Safety and efficacy in cardiovascular disease or cancer, KAATSU Education",
        "A page of the vendor, not an independent source.",
        Verified.SEEN,
    ),
)

MESSAGE = (
    "Comparable to heavier training for function and pain, with fewer reports of pain.",
    "The trials are small, mostly in women, and last at most 12 weeks.",
    "The best that can be said is cautious optimism: for people who can't take heavy loads, screened, supervised and dosed.",
)

NOT_PROVEN = (
    "That it lowers inflammation. The claim rests on an interim abstract that could not be found.",
    "That strength grows as much as with heavy loads. In older adults it grew less.",
    "That it works in polymyalgia rheumatica: no trial was found.",
    "That it works in psoriatic arthritis alone: what is done here is extrapolated.",
    "That training at home without supervision is safe for people with arthritis: no validated criterion was found, and a "
    "trial at home after knee replacement ended because nobody wanted to take part.",
    "That anything lasts beyond 12 weeks.",
)

NO_PUBLISHED_NUMBER = (
    "blood pressure, heart rate or oxygen saturation at which to stop this kind of training",
    "how far the pressure may drift from its target (one trial's ± 5 points only)",
    "how many supervised sessions come before home",
    "the pressure at home",
    "how often to screen again",
    "how long a measured occlusion pressure stays valid",
    "how long a lost link may last",
    "a flare in numbers for osteoarthritis and psoriatic arthritis",
    "what to do about a slow capillary refill, beyond the vendor's 3 s",
    "caps in SKU for patients",
)
"""Where the numbers in use are this programme's own."""


class Contrast(NamedTuple):
    """One feature of the two ways of training, as in the article."""

    feature: str
    kaatsu: str
    traditional: str


COMPARISON = (
    Contrast("External load", "Low, often around 20-30 % 1RM", "Moderate to high, often 65-70 % 1RM or more"),
    Contrast(
        "Joint stress",
        "Lower mechanical stress, which may be better tolerated in painful joints",
        "Higher mechanical stress, sometimes limited by pain or flare risk",
    ),
    Contrast(
        "Primary setup",
        "Uses external pressure belts for blood flow restriction to amplify metabolic stress",
        "Uses heavier loading to create high muscle tension",
    ),
    Contrast(
        "Adherence in arthritis",
        "Often attractive when heavy lifting is not tolerated",
        "Can be difficult during active pain, stiffness, or fatigue",
    ),
    Contrast(
        "Clinical role",
        "Useful bridge from rehab to independent exercise",
        "Still important when patients can tolerate it",
    ),
)


def of_subject(subject: Subject) -> tuple[Study, ...]:
    """The studies of one part of the table."""
    return tuple(study for study in STUDIES if study.subject is subject)
