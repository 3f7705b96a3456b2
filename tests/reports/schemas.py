"""The installed JSON Schemas, made strict for tests: a key that no schema names is an error here, though readers have to bear it."""
import copy
import json
from pathlib import Path

try:
    import jsonschema
except ImportError:
    jsonschema = None  # Debian: python3-jsonschema

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schema"


def strict(schema):
    """What stands in a condition only adds to what the schema says elsewhere."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: value if key in ("allOf", "enum", "required") else strict(value) for key, value in schema.items()}
    if "required" in schema and "properties" in schema and schema["properties"]:
        made.setdefault("additionalProperties", False)
    return made


class Schemas:
    def __init__(self):
        plain = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
        for name, schema in plain.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["$id"] == f"urn:vssfleet:1:{name}", name
        host, results = plain["host"], plain["results"]
        assert results["properties"]["hosts"]["items"] == {"$ref": host["$id"]}
        results["properties"]["hosts"]["items"] = {key: value for key, value in host.items() if key != "$id"}
        results["$defs"] = host["$defs"]
        self.of = {name: jsonschema.Draft202012Validator(strict(schema)) for name, schema in plain.items()}

    def complaints(self, record):
        """Of a record, or of a run as one document, which says no type."""
        found = self.of[record.get("type", "results")].iter_errors(record)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in found]

    def mutants(self, record):
        """The record, each time with one thing that no program may rely on: a key gone, -1 for unknown, another type."""
        for path in set(paths(record)) - {("type",)}:  # which chooses the schema
            for change in (remove, negative, numbered):
                mutant = copy.deepcopy(record)
                if change(mutant, path):
                    yield f"{change.__name__} {'/'.join(map(str, path))}", mutant


def paths(value, path=()):
    for key, inner in value.items():
        yield (*path, key)
        if isinstance(inner, dict) and key not in ("meta", "hresults"):
            yield from paths(inner, (*path, key))


def holder(record, path):
    for key in path[:-1]:
        record = record[key]
    return record


def remove(record, path):
    del holder(record, path)[path[-1]]
    return path[0] not in ("seq", "at", "prev", "hash", "since")


def negative(record, path):
    at = holder(record, path)
    changed = at[path[-1]] is None
    at[path[-1]] = -1
    return changed and path[-1] not in ("code", "exit", "clock_skew_s")


def numbered(record, path):
    at = holder(record, path)
    changed = isinstance(at[path[-1]], (str, list, dict, bool))
    at[path[-1]] = 1.5
    return changed
