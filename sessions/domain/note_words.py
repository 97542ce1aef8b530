"""Values as the note says them: in one language, and not known where nobody knows."""

NOT_KNOWN = "not known"


def number(value: float | None) -> str:
    """Without needless decimals."""
    return NOT_KNOWN if value is None else f"{round(value, 1):g}"


def percent(share: float | None) -> str:
    """A share of 1 as per cent."""
    return NOT_KNOWN if share is None else f"{100 * share:.0f} %"


def clock(seconds: float | None) -> str:
    """Seconds as minutes and seconds."""
    if seconds is None:
        return NOT_KNOWN
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def at_least(words: str, is_part: bool) -> str:
    """What was seen of something, where there may have been more."""
    return f"at least {words}" if is_part and words != NOT_KNOWN else words


def at_most(words: str, is_part: bool) -> str:
    """The lowest that was seen, where it may have been lower."""
    return f"at most {words}" if is_part and words != NOT_KNOWN else words


def lasted(counted_s: float, seen_s: float | None, is_part: bool) -> str:
    """A time inflated: all of it, or what was seen of it, with what counts as inflated while nobody saw it. `seen_s` None: not kept."""
    if is_part and seen_s is None:
        return f"{clock(counted_s)} or more, not all of it seen"
    if not is_part or clock(seen_s) == clock(counted_s):
        return at_least(clock(counted_s), is_part)
    return f"at least {clock(seen_s)} ({clock(counted_s)} with what was without a reading)"
