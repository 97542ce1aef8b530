"""The invented people of the demo: who they are, how they train, and how far they have come. Nobody of them exists."""

from dataclasses import dataclass
from enum import StrEnum

from patients.models import Patient

RA, PSA, OA, PMR = Patient.Diagnosis
FEMALE, MALE = Patient.Sex.FEMALE, Patient.Sex.MALE
CLINICAL, TRANSITION, HOME = Patient.Phase


class Kit(StrEnum):
    """What someone trains with in the clinic, by the slug of the protocol."""

    SETS = "bfr-knee-extension"
    CYCLE_MMHG = "kaatsu-cycle-leg-mmhg"
    CYCLE_LEG = "kaatsu-cycle-leg-sku"
    CYCLE_ARM = "kaatsu-cycle-arm-sku"


SETS, CYCLE_MMHG, CYCLE_LEG, CYCLE_ARM = Kit


class Twist(StrEnum):
    """What is not smooth in someone's course."""

    NONE = ""
    FRESH = "FRESH"
    AWAITING = "AWAITING"
    BARRED = "BARRED"
    IN_FLARE = "IN_FLARE"
    PAST_FLARE = "PAST_FLARE"
    OPEN_EVENT = "OPEN_EVENT"
    PAST_EVENT = "PAST_EVENT"
    HOME_WARNING = "HOME_WARNING"


Weeks = tuple[tuple[Patient.Phase, int], ...]


@dataclass(frozen=True)
class Person:
    """One invented person. `weeks` is the course so far; it ended `lapsed_weeks` ago, 0 if it goes on."""

    family_name: str
    given_name: str
    sex: Patient.Sex
    birth_year: int
    diagnosis: Patient.Diagnosis
    detail: str
    kit: Kit
    weeks: Weeks
    twist: Twist = Twist.NONE
    yes: tuple[str, ...] = ()
    lapsed_weeks: int = 0
    has_account: bool = False


def _clinic(weeks: int) -> Weeks:
    return ((CLINICAL, weeks),)


def _moving(clinical: int, transition: int) -> Weeks:
    return ((CLINICAL, clinical), (TRANSITION, transition))


def _home(clinical: int, transition: int, home: int) -> Weeks:
    return ((CLINICAL, clinical), (TRANSITION, transition), (HOME, home))


def _back(clinical: int, home: int, again: int) -> Weeks:
    return ((CLINICAL, clinical), (TRANSITION, 2), (HOME, home), (CLINICAL, again))


KNEES, HANDS, KNEE, HIPS = "Both knees", "Wrists and hands", "Right knee", "Shoulders and hips"

PEOPLE: tuple[Person, ...] = (
    # ready for a session today
    Person("Tanaka", "Aiko", FEMALE, 1971, RA, "Knees and wrists", SETS, _clinic(5)),
    Person("Demo", "Dana", FEMALE, 1968, OA, KNEES, CYCLE_LEG, _clinic(3)),
    Person("Demo", "Daniel", MALE, 1974, PSA, KNEE, SETS, _clinic(2)),
    # at home
    Person("Okafor", "Ruth", FEMALE, 1959, OA, KNEES, SETS, _home(6, 2, 6), has_account=True),
    Person("Lindgren", "Elsa", FEMALE, 1963, RA, HANDS, CYCLE_ARM, _home(6, 2, 9), yes=("steroids",)),
    Person("Moretti", "Carlo", MALE, 1955, OA, KNEE, SETS, _home(7, 2, 11), yes=("statin_nsaid",)),
    Person("Novak", "Jana", FEMALE, 1970, PSA, KNEES, CYCLE_LEG, _home(6, 2, 14)),
    Person("Haddad", "Samir", MALE, 1966, RA, KNEES, SETS, _home(6, 2, 16), Twist.PAST_EVENT),
    Person("Bauer", "Ingrid", FEMALE, 1952, PMR, HIPS, CYCLE_LEG, _home(8, 2, 8), yes=("steroids",)),
    Person("Silva", "Teresa", FEMALE, 1961, OA, KNEES, CYCLE_LEG, _home(6, 2, 10), Twist.HOME_WARNING),
    Person("Kowalski", "Piotr", MALE, 1958, OA, KNEE, SETS, _home(6, 2, 12)),
    Person("Yamada", "Haruko", FEMALE, 1956, RA, HANDS, CYCLE_ARM, _home(7, 2, 7)),
    Person("Dubois", "Claire", FEMALE, 1972, PSA, KNEES, CYCLE_LEG, _home(6, 2, 5)),
    Person("Petrov", "Anna", FEMALE, 1967, RA, KNEES, SETS, _home(6, 2, 4), yes=("jak_inhibitor",)),
    # on the way
    Person("Hansen", "Lars", MALE, 1964, OA, KNEE, SETS, _moving(6, 1)),
    Person("Garcia", "Lucia", FEMALE, 1975, RA, HANDS, CYCLE_ARM, _moving(6, 2)),
    Person("Schmidt", "Dieter", MALE, 1957, PMR, HIPS, CYCLE_LEG, _moving(7, 2), yes=("steroids",)),
    Person("Nguyen", "Linh", FEMALE, 1969, PSA, KNEES, SETS, _moving(6, 2)),
    Person("Rossi", "Paola", FEMALE, 1960, OA, KNEES, CYCLE_MMHG, _moving(6, 1), yes=("lymphoedema",)),
    Person("Jensen", "Karen", FEMALE, 1954, PMR, HIPS, CYCLE_ARM, _moving(8, 1), yes=("steroids",)),
    Person("Mbeki", "Grace", FEMALE, 1965, RA, KNEES, CYCLE_LEG, _moving(6, 1)),
    # in the clinic
    Person("Evans", "Gareth", MALE, 1962, OA, KNEE, SETS, _clinic(6)),
    Person("Fischer", "Monika", FEMALE, 1973, RA, HANDS, CYCLE_ARM, _clinic(4)),
    Person("Ito", "Kenji", MALE, 1959, PMR, HIPS, CYCLE_LEG, _clinic(6), yes=("steroids",)),
    Person("Larsen", "Mette", FEMALE, 1977, PSA, KNEES, SETS, _clinic(3)),
    Person("Costa", "Joana", FEMALE, 1968, RA, KNEES, CYCLE_MMHG, _clinic(5)),
    Person("Murphy", "Sean", MALE, 1963, OA, KNEE, CYCLE_LEG, _clinic(2)),
    Person("Svensson", "Birgitta", FEMALE, 1950, OA, KNEES, CYCLE_LEG, _clinic(4), yes=("varicose_veins",)),
    Person("Ahmed", "Layla", FEMALE, 1979, RA, HANDS, CYCLE_ARM, _clinic(1)),
    Person("Popescu", "Mihai", MALE, 1967, PSA, KNEE, SETS, _clinic(1)),
    Person("Weber", "Ursula", FEMALE, 1953, PMR, HIPS, CYCLE_LEG, _clinic(3), yes=("steroids",)),
    # not smooth
    Person("Andersson", "Nils", MALE, 1961, RA, KNEES, SETS, _clinic(5), Twist.IN_FLARE),
    Person("Martin", "Sophie", FEMALE, 1966, RA, KNEES, SETS, _back(6, 5, 3), Twist.PAST_FLARE),
    Person("Kim", "Min-jun", MALE, 1970, OA, KNEE, SETS, _clinic(4), Twist.OPEN_EVENT),
    Person("Walker", "Joan", FEMALE, 1951, OA, KNEES, CYCLE_LEG, _clinic(9), lapsed_weeks=6),
    Person("Horvat", "Ivan", MALE, 1949, OA, KNEE, SETS, _clinic(0), Twist.BARRED, yes=("previous_clot",)),
    Person(
        "Meyer",
        "Greta",
        FEMALE,
        1964,
        PSA,
        KNEES,
        SETS,
        _clinic(0),
        Twist.AWAITING,
        yes=("hormones", "varicose_veins"),
    ),
    Person(
        "O'Brien", "Maeve", FEMALE, 1958, PMR, HIPS, CYCLE_LEG, _clinic(0), Twist.AWAITING, yes=("steroids",)
    ),
    Person("Sato", "Hiroshi", MALE, 1956, RA, HANDS, CYCLE_ARM, _clinic(0), Twist.FRESH),
    Person("Virtanen", "Aino", FEMALE, 1972, OA, KNEE, SETS, _clinic(0), Twist.FRESH),
)
