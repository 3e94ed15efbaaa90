"""What `paraviz list` says: the scenarios and their parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from paraviz.programs.catalogue import scenarios
from paraviz.programs.parameters import AS_IN_LECTURE
from paraviz.text.translation import _

if TYPE_CHECKING:
    from paraviz.programs.parameters import Parameter


def listing_text() -> str:
    """For people: the groups as the lecture goes, a scenario a paragraph."""
    paragraphs = []
    group = ""
    width = max((len(scenario.name) for scenario in scenarios()), default=0) + 2
    for scenario in scenarios():
        if scenario.group != group:
            group = scenario.group
            paragraphs.append(f"— {group} —")
        lines = [f"{scenario.name:<{width}}{scenario.title}"]
        lines += [f"{'':<{width}}{_usage(parameter)}" for parameter in scenario.parameters]
        if scenario.preset:
            sizes = ", ".join(f"{name} {value}" for name, value in scenario.preset)
            lines.append(f"{'':<{width}}{AS_IN_LECTURE}: {sizes}")
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


def _usage(parameter: Parameter) -> str:
    about = f": {parameter.text}" if parameter.text else ""
    if parameter.kind == "bool":
        if not parameter.default:
            return parameter.flag + about
        words = _("on unless --no-{name}")
        return f"{parameter.flag}{about} ({words.format(name=parameter.flag[2:])})"
    taken = "|".join(parameter.choices) or parameter.kind.upper()
    default = _("default {value}").format(value=parameter.default)
    return f"{parameter.flag} {taken}{about} ({default})"


def listing_json() -> str:
    """For scripts: a list of objects with `name`, `group`, `title`, `text`, `path`, `parameters`
    and `as_in_lecture`."""
    return json.dumps(
        [
            {
                "name": scenario.name,
                "group": scenario.group,
                "title": scenario.title,
                "text": scenario.text,
                "path": scenario.path,
                "parameters": [
                    {
                        "name": parameter.name,
                        "flag": parameter.flag,
                        "kind": parameter.kind,
                        "default": parameter.default,
                        "choices": list(parameter.choices),
                        "text": parameter.text,
                        "least": parameter.least,
                        "most": parameter.most,
                    }
                    for parameter in scenario.parameters
                ],
                "as_in_lecture": dict(scenario.preset),
            }
            for scenario in scenarios()
        ],
        indent=2,
    )
