"""The signed links through the real ASGI application. No test here may touch the database: pytest-django would fail it."""

import asyncio
import json
import time
import uuid
from contextlib import aclosing
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import override_settings

from sessions import bus
from sessions.domain.commands import Command, Verb
from sessions.domain.people import Seat
from sessions.views import stop
from tests.waiting import until

CONSOLE = str(uuid.uuid4())
LAST = {"n": 9, "pressure": 61.0, "state": "RUNNING", "ending": None, "vented": False}


@pytest.fixture
def session_id() -> int:
    """An id that no other test uses."""
    return uuid.uuid4().int % 2**40


Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


def ask(path: str, method: str = "POST", **headers: str) -> Answer:
    """The answer to one request, without cookies or tokens."""
    return ask_often(1, path, method, **headers)[0]


def ask_often(times: int, path: str, method: str = "POST", **headers: str) -> list[Answer]:
    """The same request several times, over the connections of one server."""

    async def one_after_the_other() -> list[Answer]:
        try:
            return [await _exchange(path, method, headers) for _ in range(times)]
        finally:
            await stop._links().close()  # each call has an event loop of its own
            stop._links.cache_clear()

    return asyncio.run(one_after_the_other())


async def _exchange(path: str, method: str, headers: dict[str, str]) -> Answer:
    from kaatsu_clinic.asgi import application

    path, _, query = path.partition("?")
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    scope["headers"] = [
        (name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()
    ]
    line = ApplicationCommunicator(application, scope)
    await line.send_input({"type": "http.request", "body": b""})
    start = await line.receive_output(2)
    body = await line.receive_output(2)
    await line.wait(2)
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body.get("body", b"")


def sent(session_id: int) -> list[Command]:
    """What stands on a session's stream of commands."""
    with bus.client() as client:
        return [Command.from_json(fields["c"]) for _, fields in client.xrange(bus.commands_key(session_id))]


def show(session_id: int, **fields: Any) -> None:
    """Put a sample where the newest is looked for."""
    with bus.client() as client:
        client.xadd(bus.telemetry_key(session_id), {"s": json.dumps({"at": time.time()} | LAST | fields)})


def test_stop_needs_no_sign_in_no_token_and_no_database(session_id):
    status, headers, body = ask(stop.links_for(session_id, 1)["stop"])
    assert status == 202
    assert json.loads(body)["state"] == "SENT"
    assert headers["Cache-Control"] == "no-store"
    assert [command.verb for command in sent(session_id)] == [Verb.STOP]


def test_stop_as_a_plain_form_answers_in_words(session_id):
    status, headers, body = ask(stop.links_for(session_id, 1)["stop"], Accept="text/html")
    assert status == 202
    assert "quick release" in body.decode()
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_hundred_stops_are_a_hundred_stops(session_id):
    link = stop.links_for(session_id, 1)["stop"]

    assert {status for status, _, _ in ask_often(100, link)} == {202}
    assert len(sent(session_id)) == 100


def test_looking_at_the_stop_link_stops_nothing(session_id):
    assert ask(stop.links_for(session_id, 1)["stop"], method="GET")[0] == 405
    assert sent(session_id) == []


def test_a_forged_link_stops_nothing(session_id):
    link = stop.links_for(session_id, 1)["stop"]
    assert ask(link.replace("/stop", "x/stop"))[0] == 404
    assert sent(session_id) == []


def test_without_redis_a_stop_says_to_pull_the_quick_release(session_id):
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        status, _, body = ask(stop.links_for(session_id, 1)["stop"])
    assert status == 503
    assert json.loads(body)["state"] == "UNKNOWN"
    assert "quick release" in json.loads(body)["words"]


def standing(session_id: int) -> dict[str, Any]:
    """What the state link tells."""
    told: dict[str, Any] = json.loads(ask(stop.links_for(session_id, 1)["state"], method="GET")[2])
    return told


def test_nothing_known_is_neither_live_nor_confirmed(session_id):
    told = standing(session_id)
    assert (told["is_live"], told["confirmed"], told["pressure"]) == (None, False, None)


def test_a_stop_is_confirmed_by_an_open_cuff_and_by_nothing_else(session_id):
    show(session_id)
    assert not standing(session_id)["acknowledged"]

    ending = {"outcome": "STOPPED", "words": "Stopped by a person."}
    show(session_id, state="ENDING", ending=ending)
    told = standing(session_id)
    assert (told["acknowledged"], told["confirmed"]) == (True, False)

    show(session_id, state="ENDING", ending=ending, vented=None, pressure=None)
    assert not standing(session_id)["confirmed"]

    show(session_id, state="ENDING", ending=ending, vented=True, pressure=12)
    assert standing(session_id)["confirmed"]


def test_the_end_of_a_session_that_no_station_took_is_told_to_its_stop(session_id):
    bus.tell_ended(session_id, "NOT_STARTED", "The station was too late. Nothing was inflated.", None)
    told = standing(session_id)
    assert (told["is_live"], told["acknowledged"], told["confirmed"]) == (False, True, False)
    assert told["words"] == "The station was too late. Nothing was inflated."


def test_the_end_that_is_told_for_a_dead_station_asks_nothing(session_id):
    at = time.time() - 7
    show(
        session_id,
        n=1,
        cuffs=[],
        t=100.0,
        at=at,
        touch_within_s=37,
        prompts=[{"what": "PAIN"}],
        events=[{}],
        acks=[{}],
    )
    bus.tell_ended(session_id, "INTERRUPTED", "The station died.", None)
    with bus.client() as client:
        told = json.loads(client.xrevrange(bus.telemetry_key(session_id), count=1)[0][1]["s"])
    assert [told[name] for name in ("touch_within_s", "prompts", "events", "acks")] == [None, [], [], []]
    assert told["at"] - told["t"] == pytest.approx(at - 100.0, abs=0.01)


def test_an_old_sample_confirms_nothing(session_id):
    ending = {"outcome": "STOPPED", "words": "Stopped."}
    show(session_id, state="ENDING", ending=ending, vented=True, pressure=12, at=time.time() - 5)
    told = standing(session_id)
    assert (told["confirmed"], told["pressure"]) == (False, None)


def test_a_watch_is_put_before_the_loop(session_id):
    link = f"{stop.links_for(session_id, 1, 'Anna Berg')['watch']}?at={CONSOLE}&touched=1"
    before = time.time()
    status, _, answer = ask(link)
    assert status == 200
    assert before <= json.loads(answer)["now"] <= time.time()
    [command] = sent(session_id)
    assert (command.verb, command.value) == (Verb.WATCH, 1.0)
    assert (command.seat, command.who) == (Seat(1, CONSOLE), "Anna Berg")


@pytest.mark.parametrize("query", ["", "?at=", "?at=me", "?touched=1"])
def test_a_watch_that_does_not_say_from_which_console_keeps_nothing_closed(session_id, query):
    assert ask(stop.links_for(session_id, 1)["watch"] + query)[0] == 400
    assert sent(session_id) == []


def test_who_watches_is_told_by_the_link_and_not_by_the_page(session_id):
    query = f"?at={CONSOLE}&user=2&who=Somebody"
    assert ask(stop.links_for(session_id, 1, "Anna Berg")["watch"] + query)[0] == 200
    assert [(one.user, one.who) for one in sent(session_id)] == [(1, "Anna Berg")]


def test_a_stop_tells_who_pressed_it(session_id):
    ask(stop.links_for(session_id, 1, "山田　太郎")["stop"])  # a wide space, which no log prints
    assert [(one.user, one.who) for one in sent(session_id)] == [(1, "山田 太郎")]


def follow(session_id: int, after: str | None, count: int) -> list[tuple[str, dict[str, Any]]]:
    """The first samples that a console is given."""

    async def listen() -> list[tuple[str, dict[str, Any]]]:
        found = []
        async with aclosing(bus.follow(session_id, after)) as samples:
            async for batch in samples:
                assert batch, "silence"
                found += [(name, json.loads(sample)) for name, sample in batch]
                if len(found) >= count:
                    break
        return found[:count]

    return asyncio.run(listen())


def test_a_console_that_comes_back_resumes_exactly(session_id):
    for n in range(10):
        show(session_id, n=n)
    first = follow(session_id, None, 4)
    rest = follow(session_id, first[-1][0], 6)
    assert [sample["n"] for _, sample in first + rest] == list(range(10))


async def following(session_id: int, after: str | None, upto: int, taken: list[int]) -> None:
    """A console that takes what comes, up to a sample; several may come at once."""
    async with aclosing(bus.follow(session_id, after)) as samples:
        async for batch in samples:
            taken += [json.loads(sample)["n"] for _, sample in batch]
            if taken and taken[-1] >= upto:
                return


def test_consoles_that_come_and_go_share_a_reader_and_each_misses_nothing(session_id):
    async def watch() -> list[list[int]]:
        taken: list[list[int]] = [[], [], []]
        show(session_id, n=0)
        first = asyncio.create_task(following(session_id, None, 59, taken[0]))
        leaves = asyncio.create_task(following(session_id, None, 20, taken[1]))
        for n in range(1, 60):
            show(session_id, n=n)
            await asyncio.sleep(0.005)
            if n == 30:
                late = asyncio.create_task(following(session_id, None, 59, taken[2]))
        await asyncio.wait_for(asyncio.gather(first, leaves, late), 5)
        return taken

    stayed, left, came = asyncio.run(watch())
    assert stayed == came == list(range(60))
    assert left[:21] == list(range(21))


def test_a_console_that_does_not_read_is_cut_off_and_the_others_are_not(session_id):
    async def watch() -> list[int]:
        taken: list[int] = []
        show(session_id, n=0)
        slow = bus.follow(session_id, None)
        assert await anext(slow)
        reads = asyncio.create_task(following(session_id, None, 400, taken))
        for n in range(1, 401):
            show(session_id, n=n)
            while not taken or taken[-1] < n:
                await asyncio.sleep(0.001)
        await reads
        with pytest.raises(bus.BusDownError):
            async for _ in slow:
                pass
        return taken

    assert asyncio.run(watch()) == list(range(401))


def test_what_can_not_be_read_cuts_the_consoles_off_and_leaves_none_waiting(session_id):
    async def watch() -> None:
        show(session_id, n=0)
        samples = bus.follow(session_id, None)
        assert await anext(samples)
        waits = asyncio.create_task(anext(samples))
        await asyncio.sleep(0.1)
        with bus.client() as client:
            client.xadd(bus.telemetry_key(session_id), {"not": "a sample"})
        with pytest.raises((bus.BusDownError, KeyError)):
            await asyncio.wait_for(waits, 5)

    asyncio.run(watch())


def test_consoles_of_a_session_hear_at_once_that_redis_is_gone(session_id):
    async def watch() -> None:
        with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
            for _ in range(2):
                with pytest.raises(bus.BusDownError):
                    await anext(bus.follow(session_id, None))

    asyncio.run(watch())


def test_without_redis_a_stop_still_reaches_a_session_on_the_same_computer(session_id):
    inbox = bus.Inbox(session_id, "no-station")
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        status, _, body = ask(stop.links_for(session_id, 1)["stop"])
    assert status == 202
    assert json.loads(body)["state"] == "SENT"
    inbox.wait(2)
    assert [command.verb for command in inbox.drain()] == [Verb.STOP]
    inbox.close()


def test_a_stop_that_comes_both_ways_is_one_stop(session_id):
    inbox = bus.Inbox(session_id, "no-station")
    ask(stop.links_for(session_id, 1)["stop"])
    found: list[Command] = []

    def both() -> bool:
        found.extend(inbox.drain())
        return len(found) == 2

    until(both, 3, "the STOP did not come both ways")
    assert len({command.key for command in found}) == 1
    inbox.close()
