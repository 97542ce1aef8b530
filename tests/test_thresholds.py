"""Every number of the rules says what it is and where it is from, in one place."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from kaatsu_clinic.thresholds import Area, Origin, Thresholds, collect
from sessions.views.reference import RULES

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for package in RULES for path in (ROOT / package.replace(".", "/")).glob("*.py"))
ROWS = collect(RULES)

NO_RULES = {
    "devices/domain/alicat.py": "a maker's protocol on the line",
    "devices/domain/framing.py": "frames on the line",
    "devices/domain/pace.py": "a maker's protocol on the line",
    "devices/domain/pgva.py": "a maker's protocol on the line",
    "devices/domain/wire.py": "Modbus on the line",
    "devices/domain/cuff_observer.py": "what the regulator expects of a cuff; it learns better, and interlocks bound it",
    "devices/domain/hold.py": "tuning of the regulator; ceiling and interlocks bound it",
    "patients/domain/evidence.py": "results of studies",
    "protocols/domain/catalogue.py": "built-in protocols; each tells its origin on its own page, and the limits cut it",
    "sessions/domain/alarm_orders.py": "how many answers are remembered",
    "sessions/domain/commands.py": "sizes of a message",
    "sessions/domain/pace.py": "bins of a histogram of our own punctuality",
    "sessions/domain/trace.py": "how a trace is packed",
}
"""Modules whose numbers decide nothing about a person, each with the reason."""

NO_THRESHOLDS = {
    "devices/domain/registers.py": {
        "MAGIC", "MAP_VERSION", "MAX_CHANNELS", "MIRROR", "PER_UNIT", "VENT_COIL", "SERIAL_NUMBER_LENGTH",
        "CHANNEL_INPUTS", "CHANNEL_INPUT_SIZE", "CHANNEL_HOLDINGS", "CHANNEL_HOLDING_SIZE",
    },  # places in the register map
    "devices/domain/box.py": {"OPEN"},  # a valve that is open
    "devices/domain/lop.py": {
        "SMOOTH_S", "BEAT_S", "WINDOW_S", "USUAL_WINDOWS", "MOVED_BY", "OPENS_OVER_MMHG", "SHRINKS_WITH",
        "SEARCH_FROM_MMHG", "SEARCH_BEYOND_MMHG", "LEAST_SPREAD", "GLIMPSE",
    },  # signal processing; what an answer must reach is told
    "devices/domain/lop_ramp.py": {"FILL", "PER_MMHG", "VALVE_PER_MMHG", "LEAST_RATE_MMHG_S"},  # drives of pump and valve
    "patients/domain/consent.py": {"CONSENT_VERSION"},  # a version
    "patients/domain/indices.py": {"MG_L_PER_MG_DL", "KOOS_PS_ITEMS", "KOOS_PS_MOST_PER_ITEM"},  # units, a form
    "patients/domain/joints.py": {"COLUMNS", "JOINTS", "MIDDLE", "OUTSIDE"},  # a drawing
    "patients/domain/measures.py": {"PLAUSIBLE"},  # catches slips of the finger
    "patients/domain/points.py": {"NONE"},  # zero
    "patients/domain/questions.py": {"QUESTIONS_VERSION"},  # a version
    "patients/domain/readings.py": {"PLAUSIBLE"},  # catches slips of the finger
    "protocols/domain/prescribing.py": {"TINY"},  # rounding
    "protocols/domain/terms.py": {"SECONDS_PER_REPETITION"},  # for telling how long sets take
    "sessions/domain/weekly.py": {"REPETITION_S"},  # for telling how long a plan takes
    "sessions/domain/dose.py": {"ROUNDING", "SECONDS_PER_MINUTE"},  # units
    "sessions/domain/prompting.py": {"SCORES", "REFILLS_S"},  # what is offered; anything can be typed
    "sessions/domain/counting.py": {"MOST"},  # catches slips of the finger
    "sessions/domain/ripple.py": {
        "SMOOTH_S", "SLOW_S", "SETTLING_S", "SETTLES_IN_S", "STAGES", "SMALLEST", "SHARE", "LOOKS_BACK",
    },  # signal processing; what a suggestion must reach is told
    "sessions/domain/self_test.py": {"FILL", "HOLD"},  # places in its plan
    "sessions/domain/obey.py": {"KEPT_ACKS"},  # how many answers are remembered
    "sessions/domain/people.py": {"MOST_LISTED"},  # how many names are listed
    "sessions/domain/console_alarms.py": {"LARGEST_BYTES"},  # size of a message
    "sessions/domain/stopping.py": {"SCOPES"},  # what can be entered; catches slips of the finger
}  # fmt: skip
"""Numbers beside thresholds that decide nothing about a person."""

NO_RULES_INSIDE = {
    "devices/domain/interlock.py": {"Line": {0.05}},  # the loop's own period, replaced by the box's
    "devices/domain/lop.py": {
        "estimate": {5}, "swings": {1e-6}, "_past_the_strongest": {3, 4}, "_robust_fit": {0.25, 1.4826, 2.5, 3, 4},
        "_fitted": {0.1, 5, 1e-4, 1e-5, 1e-6, 1e-9}, "_judged": {4},
    },  # fitting a curve; what an answer must reach is told
    "devices/domain/lop_ramp.py": {"_fill": {0.02}, "_steered": {0.5}},  # drives of pump and valve
    "devices/domain/registers.py": {
        "signed": {0x8000, 0x10000}, "pressure_word": {0x7FFF, 0x8000, 0xFFFF}, "identity_words": {4, 8},
        "serial_rest_words": {4}, "parse_identity": {8, 0xFF}, "parse_head": {6, 16},
    },  # bits on the line
    "patients/domain/indices.py": {
        "das28_esr": {0.014}, "das28_esr_without_global": {0.16, 1.08}, "das28_crp": {0.014, 0.96},
        "das28_crp_without_global": {1.1, 1.15}, "pmr_as": {0.1}, "one_rm_epley_kg": {30}, "one_rm_brzycki_kg": {36, 37},
        "_joints": {0.28, 0.56}, "_joints_and_esr": {0.7}, "_joints_and_crp": {0.36},
    },  # formulas, each held against its published test vector
    "patients/domain/joints.py": {"_row": {5}},  # a drawing
    "patients/domain/outcomes.py": {"_with_tenth": {10}, "count": {10}, "_cdai_better_by": {6, 10, 12, 22}},  # 0-100 to 0-10; its row is told
    "protocols/domain/estimate.py": {"estimate_mmhg": {0.178, 1.11, 1.153, 7.984, 65.29}},  # a published equation
    "protocols/domain/sku_ramp.py": {"cycles_allowed": {7}},  # days of a week
    "sessions/domain/state.py": {"begin": {0.05}},  # the loop's own period, replaced by the box's
}  # fmt: skip
"""Numbers inside functions and classes that decide nothing about a person, or are a formula, each by its place."""

HARMLESS = frozenset({0, 1, 2, 60, 100, 1000})
"""Counts, halves of a pair, minutes, percent, milliseconds."""

NOT_SEEN = (
    "Patterson", "AHA on resistance", "Nakajima", "Farrar", "Wright 2011", "Bohannon", "IMPROVE", "Wells",
    "VALD", "IEC 80601", "CTCAE", "6-minute", "Kennedy",
)  # fmt: skip
"""Sources whose figures were remembered, or seen in somebody else's words: never published and seen."""


def loose_numbers(path):
    """Names of the module that hold a number which no row tells."""
    tree = ast.parse(path.read_text())
    told = {
        name.id
        for one in tree.body
        if tells(one, "tell")
        for name in ast.walk(one)
        if isinstance(name, ast.Name)
    }
    for one in tree.body:
        if not isinstance(one, ast.Assign | ast.AnnAssign) or one.value is None or tells(one, "of"):
            continue
        names = {
            name.id
            for name in ast.walk(one)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        }
        if has_number(one.value) and not names & told:
            yield from names


def tells(statement, how):
    call = getattr(statement, "value", None)
    return isinstance(call, ast.Call) and ast.unparse(call.func) == f"THRESHOLDS.{how}"


def numbers_inside(path):
    """(function or class, number) for each that stands inside one, not counting rounding and the values of an enum."""
    for one in ast.walk(ast.parse(path.read_text())):
        if isinstance(one, ast.FunctionDef) or (isinstance(one, ast.ClassDef) and not is_enum(one)):
            parts = [one] if isinstance(one, ast.FunctionDef) else defaults(one)
            rounding = {
                id(digits)
                for part in parts
                for call in ast.walk(part)
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "round"
                for digits in call.args[1:]
            }
            for number in (
                each for part in parts for each in ast.walk(part) if isinstance(each, ast.Constant)
            ):
                if type(number.value) in (int, float) and id(number) not in rounding:
                    yield one.name, number.value


def is_enum(one):
    return any("Enum" in ast.unparse(base) or "Flag" in ast.unparse(base) for base in one.bases)


def defaults(one):
    return [row.value for row in one.body if isinstance(row, ast.Assign | ast.AnnAssign) and row.value]


def bare_inside(path):
    found: dict[str, set[float]] = {}
    for place, number in numbers_inside(path):
        if number not in HARMLESS:
            found.setdefault(place, set()).add(number)
    return found


def has_number(expression):
    return any(
        type(one.value) in (int, float) for one in ast.walk(expression) if isinstance(one, ast.Constant)
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_number_of_a_rule_is_without_words_and_origin(path):
    name = str(path.relative_to(ROOT))
    if name in NO_RULES:
        return

    assert set(loose_numbers(path)) <= NO_THRESHOLDS.get(name, set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_number_of_a_rule_hides_inside_a_function(path):
    name = str(path.relative_to(ROOT))
    if name not in NO_RULES:
        assert bare_inside(path) == NO_RULES_INSIDE.get(name, {})


def test_a_new_number_inside_a_function_is_found(tmp_path):
    path = tmp_path / "rule.py"
    path.write_text(
        "def f(x, most=7):\n    return round(x * 60, 3) > 180 or x == 1\n"
        "class C:\n    limit: float = 8.5\n    def g(self):\n        return self.limit < 9\n"
        "class E(IntEnum):\n    A = 5\n"
    )

    assert bare_inside(path) == {"f": {7, 180}, "C": {8.5}, "g": {9}}


def test_the_list_of_exceptions_names_only_what_is_there():
    loose = {str(path.relative_to(ROOT)): set(loose_numbers(path)) for path in MODULES}

    assert all(loose[name] for name in NO_RULES if name != "patients/domain/evidence.py")
    assert all(names <= loose[name] for name, names in NO_THRESHOLDS.items())


def test_a_new_bare_number_is_found(tmp_path):
    path = tmp_path / "rule.py"
    path.write_text(
        'A = THRESHOLDS.of(3, "s", "Words")\nB = 180\nC: int = 7\nD = {"x": 1}\nTHRESHOLDS.tell(*D)\n'
    )

    assert set(loose_numbers(path)) == {"B", "C"}


def test_what_is_called_published_names_its_source():
    for row in ROWS:
        if row.source.origin in (Origin.PUBLISHED, Origin.VENDOR, Origin.SECONDARY):
            assert row.source.words, row
        if row.source.origin is Origin.PUBLISHED:
            assert any(letter.isdigit() for letter in row.source.words), row


def test_what_was_remembered_is_never_called_published():
    for row in ROWS:
        if any(name in row.source.words for name in NOT_SEEN):
            assert row.source.origin is not Origin.PUBLISHED, row


def test_every_row_has_words_and_a_value():
    assert all(row.words and row.value for row in ROWS)
    assert len({(row.words, row.value, row.unit) for row in ROWS}) == len(ROWS)


def test_a_number_comes_back_as_it_went_in():
    told = Thresholds(Area.DEVICE, __name__)

    assert told.of(180, "mmHg", "So high") == 180
    assert told.rows[0].value == "180"
    assert told.rows[0].source.origin is Origin.PROGRAMME


def test_the_rules_start_neither_django_nor_celery():
    code = (
        "import sys; from kaatsu_clinic.thresholds import collect; "
        f"collect({RULES!r}); "
        "print({name for name in sys.modules if name in ('django', 'celery', 'redis', 'serial')})"
    )

    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "set()"
