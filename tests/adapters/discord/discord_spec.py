"""Discord's own OpenAPI description, against which every request of a simulated conversation is held."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

SPEC = Path(__file__).parents[3].parent / "shared" / "specs" / "discord_openapi.json"
_INTERACTIONS = re.compile(r"^/(interactions|webhooks)/\d+/[^/]+")


@lru_cache(maxsize=1)
def _spec() -> tuple[dict[str, Any], Registry[Any]]:
    spec = json.loads(SPEC.read_text(encoding="utf-8"))
    return spec, Registry().with_resource("urn:d", DRAFT202012.create_resource(spec))


@lru_cache(maxsize=64)
def _validator(template: str, verb: str) -> Draft202012Validator | None:
    spec, registry = _spec()
    content = spec["paths"][template].get(verb, {}).get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    path = template.replace("~", "~0").replace("/", "~1")
    return Draft202012Validator({"$ref": f"urn:d#/paths/{path}/{verb}/requestBody/content/application~1json/schema"}, registry=registry)


@lru_cache(maxsize=256)
def _template(path: str, verb: str) -> str | None:
    spec, _ = _spec()
    fits = [t for t in spec["paths"] if verb in spec["paths"][t] and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", t), path)]
    return max(fits, key=lambda t: len(re.sub(r"\{\w+\}", "", t)), default=None)


def faults(method: str, path: str, body: Any) -> list[str]:
    """Return what Discord's description does not allow in a request; nothing where the description is not here."""
    if body is None or not SPEC.exists():
        return []
    template = _template(path, method.lower())
    if template is None:
        return [f"{method} {_INTERACTIONS.sub('/…', path)} is not described"]
    return _held_against(method, template, json.dumps(_wired(body), sort_keys=True))


@lru_cache(maxsize=512)
def _held_against(method: str, template: str, body: str) -> list[str]:
    """Return the faults of a body; many tests send the same one, the commands above all."""
    validator = _validator(template, method.lower())
    return (
        [f"{method} {template}: {error.json_path}: {error.message[:300]}" for error in validator.iter_errors(json.loads(body))] if validator else []
    )


def _wired(body: Any) -> Any:
    """Return the body with ids as strings where discord.py itself writes numbers, which Discord takes as well."""
    if not isinstance(body, dict):
        return body
    if isinstance(body.get("data"), dict):
        return {**body, "data": _wired(body["data"])}
    if body.get("attachments"):
        body = {**body, "attachments": [{**each, "id": str(each["id"])} for each in body["attachments"]]}
    if isinstance(body.get("message_reference"), dict):
        reference = {key: str(value) if key.endswith("_id") else value for key, value in body["message_reference"].items()}
        body = {**body, "message_reference": reference}
    return body
