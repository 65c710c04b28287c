"""etc/duplexd.schema.json: a JSON Schema for editors."""

import json
import re

from table import plain

WIDTH = 100
REFERENCE = {"$ref": "#/definitions/reference"}
DEFINED = {
    "description": "A value that environment variables take part in.",
    "type": "string",
    "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}",
}


def default_of(row):
    """The default as JSON has it."""
    text = row.default
    if text in ("true", "false", "[]") or re.fullmatch("[0-9]+", text):
        return json.loads(text)
    return text.strip('"')


def described(row, value):
    text = plain(" ".join(filter(None, [row.sentence, row.bounds])))
    has_default = not row.required and row.kind in ("value", "list")
    return {"description": text, **value, **({"default": default_of(row)} if has_default else {})}


def one_or_list(row, item):
    least = {"minItems": 1} if row.required and not row.unless else {}
    return {"anyOf": [*item["anyOf"], {"type": "array", **least, "items": item}]}


def keys_of(rows, table):
    required = [row.name for row in rows if row.required and not row.unless]
    either = [{"anyOf": [{"required": [name]} for name in [row.name, *row.unless]]} for row in rows if row.unless]
    return {"additionalProperties": False, "properties": {row.name: schema_of(row, table) for row in rows},
            **({"required": required} if required else {}), **({"allOf": either} if either else {})}


def schema_of(row, table):
    item = {"anyOf": [*row.schema, REFERENCE]}
    if row.kind == "names":
        one = {"$ref": f"#/definitions/{row.name[:-1]}"}
        return described(row, {"type": ["object", "null"], "propertyNames": {"pattern": "^[A-Za-z0-9_.-]{1,64}$"},
                               "additionalProperties": one})
    if row.kind == "section":
        section = {"type": ["object", "null"], **keys_of(row.below, table)}
        return described(row, {"anyOf": [{"enum": row.words}, REFERENCE, section]} if row.may_be_off else section)
    if row.kind == "maps":
        keys = row.below or table[row.name[:-1]]
        alone = [way for key in keys if key.name == row.short_for for way in [*key.schema, REFERENCE]]
        return described(row, one_or_list(row, {"anyOf": [*alone, {"type": "object", **keys_of(keys, table)}]}))
    return described(row, item if row.kind == "value" else one_or_list(row, item))


def listener_of(table):
    """A listener refers to an upstream, or has the keys of one. What both have is its own."""
    keys = keys_of(table["listener"], table)
    own = {row.name: {"$ref": f"#/definitions/upstream/properties/{row.name}"} for row in table["upstream"]
           if row.name not in keys["properties"]}
    return {"type": "object", **keys, "properties": {**keys["properties"], **own},
            "not": {"required": ["upstream"], "anyOf": [{"required": [name]} for name in own]}}


def laid_out(value, indent=0):
    """JSON with short values in one line."""
    line = json.dumps(value)
    if not isinstance(value, (dict, list)) or len(line) + indent < WIDTH:
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {laid_out(each, indent + 2)}" for key, each in value.items()]
    else:
        parts = [laid_out(each, indent + 2) for each in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return begin + "\n" + ",\n".join(inner + part for part in parts) + "\n" + " " * indent + end


def render(table, _):
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "duplexd configuration",
        "description": "duplexd.yaml(5). The keys `listeners` and `upstreams` may also come from included files.",
        "type": ["object", "null"],
        **keys_of(table["process"], table),
        "definitions": {
            "listener": listener_of(table),
            "upstream": {"type": "object", **keys_of(table["upstream"], table)},
            "reference": DEFINED,
        },
    }
    return laid_out(schema) + "\n"
