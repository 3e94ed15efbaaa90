"""Steering for other programs: a line of JSON for each request, a line of JSON for each answer.

The protocol is described in `docs/steering.md`; what is in English here is never translated.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.errors import ParavizError
from paraviz.schedule.machine import english_message
from paraviz.steering.asked import Asked, Bad, read_request
from paraviz.steering.sources import line_of
from paraviz.steering.words import next_words, why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from paraviz.schedule.result import Outcome
    from paraviz.steering.found import Found
    from paraviz.steering.state import State, Worker
    from paraviz.steering.steering import Steering

VERSION = 1


class Speaker:
    """Answers requests about one program that is steered."""

    def __init__(self, steering: Steering, name: str) -> None:
        self.steering, self.name = steering, name

    def hello(self) -> dict[str, Any]:
        """The first line, unasked."""
        from paraviz import __version__

        return {
            "hello": "paraviz steer",
            "version": VERSION,
            "paraviz": __version__,
            "program": self.name,
            **state_json(self.steering.state),
            "redo": 0,
        }

    def answer(self, line: str) -> dict[str, Any] | None:
        """To one line; None for the one that ends it."""
        try:
            asked = read_request(line)
            if asked.do == "quit":
                return None
            found = self._done(asked)
        except Bad as error:
            return {"error": str(error)}
        except ParavizError as error:
            return {"error": error.message, **self._state()}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
        if asked.identity is not None:
            found["id"] = asked.identity
        return found

    def _state(self) -> dict[str, Any]:
        return {**state_json(self.steering.state), "redo": len(self.steering.ahead)}

    def _done(self, asked: Asked) -> dict[str, Any]:
        steering = self.steering
        more: dict[str, Any] = {}
        if asked.do == "step":
            for _each in range(asked.count):
                steering.step(self._worker(asked), asked.to)
        elif asked.do == "undo":
            steering.undo(asked.count)
        elif asked.do == "redo":
            steering.redo(asked.count)
        elif asked.do == "goto":
            steering.go_to(asked.step)
        elif asked.do == "replay":
            steering.go_along(asked.token)
        elif asked.do == "token":
            more["token"] = steering.token
        elif asked.do == "locals":
            more["stack"] = [
                {
                    "function": each.function,
                    "file": each.file,
                    "line": each.line,
                    "locals": each.locals,
                }
                for each in steering.locals(self._worker(asked))
            ]
        elif asked.do == "save":
            steering.save(Path(asked.file))
            more["saved"] = asked.file
        elif asked.do == "find":
            more = self._found(asked)
        return {**more, **self._state()}

    def _worker(self, asked: Asked) -> str | int:
        """Who is meant: of one that can go on alone, it need not be said."""
        if asked.worker is not None:
            return asked.worker
        able = self.steering.state.enabled
        if len(able) == 1 and asked.do == "step":
            return able[0].number
        raise Bad('"worker" is missing')

    def _found(self, asked: Asked) -> dict[str, Any]:
        found = self.steering.find(
            asked.kind,
            output=asked.output,
            time_limit_s=asked.time_limit_s,
            everything=asked.is_all,
        )
        if asked.take and found.numbers:
            self.steering.take(found.numbers[0])
        return found_json(found, self.steering)


def speak(steering: Steering, name: str, lines: Iterable[str], tell: Callable[[str], None]) -> None:
    """Say hello, then answer each line until there are no more, or one says "quit"."""
    speaker = Speaker(steering, name)
    tell(json.dumps(speaker.hello()))
    for line in lines:
        if not line.strip():
            continue
        told = speaker.answer(line)
        if told is None:
            tell(json.dumps({"bye": True}))
            return
        tell(json.dumps(told))


def state_json(state: State) -> dict[str, Any]:
    """A state for machines."""
    return {
        "step": state.step,
        "workers": [_worker_json(each) for each in state.workers],
        "values": [
            {
                "name": each.name,
                "value": each.value if each.value is not None or each.text == "None" else each.text,
                "text": each.text,
                "type": each.type,
                "changed": each.changed,
                **({"before": each.before} if each.before else {}),
            }
            for each in state.values
        ],
        "did": None
        if state.did is None
        else {"worker": state.did.name, "what": next_words(state.did).english},
        "output": state.output,
        "errors": state.errors,
        "outcome": None if state.outcome is None else outcome_json(state.outcome, state.place),
        "uncontrolled": list(state.uncontrolled),
    }


def _worker_json(worker: Worker) -> dict[str, Any]:
    operation = worker.operation
    return {
        "name": worker.name,
        "number": worker.number,
        "next": next_words(worker).english,
        "operation": None
        if operation is None
        else {
            "kind": operation.kind,
            "label": operation.label,
            "object": operation.object,
            "type": operation.type,
        },
        "file": worker.file,
        "line": worker.line,
        "function": worker.function,
        "source": line_of(worker.file, worker.line),
        "enabled": worker.enabled,
        "why": why_not(worker).english,
        "holder": worker.holder,
        "finished": worker.finished,
    }


def outcome_json(outcome: Outcome, place: str = "") -> dict[str, Any]:
    """How it ended."""
    return {
        "kind": outcome.kind,
        "fault": outcome.is_fault,
        "exit_code": outcome.exit_code,
        "message": english_message(outcome),
        "output": outcome.output,
        "place": place,
    }


def found_json(found: Found, steering: Steering) -> dict[str, Any]:
    """What a search told."""
    names = {each.number: each.name for each in steering.state.workers}
    at = len(steering.path)
    return {
        "found": bool(found.outcomes),
        "possible": found.possible,
        "schedule": found.outcomes[0].schedule if found.outcomes else None,
        "outcomes": [
            {
                **outcome_json(outcome),
                "schedule": outcome.schedule,
                "switches": outcome.switches,
                "schedules": outcome.schedules,
                "steps": [names.get(number, str(number)) for number in numbers[at:]],
            }
            for outcome, numbers in zip(found.outcomes, found.numbers, strict=True)
        ],
        "other_outcomes": found.others,
        "schedules": found.schedules,
        "exhausted": found.exhausted,
        "seconds": round(found.seconds, 3),
    }
