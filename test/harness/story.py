"""Runs a story: every function `test_…` of a file, in order; what each came to is written as JSON.

    python story.py FILE REPORT [NAME …]

Everything a client needs to know stands in the environment (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, …), so that the
stories themselves are what a user would write.
"""

import importlib.util
import json
import pathlib
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent / "python"))

# The environment of s3fs has no boto3.
props = __import__("props") if importlib.util.find_spec("boto3") else None


def tell(path, report, wanted):
    spec = importlib.util.spec_from_file_location("story", path)
    story = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(story)
    rows = []
    for name, fact in list(vars(story).items()):
        if not name.startswith("test_") or (wanted and name not in wanted):
            continue
        row = {"name": name}
        try:
            fact()
        except BaseException:
            row["failure"] = traceback.format_exc()
        rows.append(row)
        pathlib.Path(report).write_text(json.dumps(rows))
        if "failure" in row:
            print(name, row["failure"], file=sys.stderr)
    if props:
        props.clear_away()


tell(sys.argv[1], sys.argv[2], sys.argv[3:])
