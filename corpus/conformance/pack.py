# SPDX-License-Identifier: MIT
"""Writes the conformance cases as a folder of files with a manifest, or as an archive:

    pack.py FOLDER          # cases.json, its schema, manifest.tsv, inputs/ID.http, runners/
    pack.py NAME.tar.gz     # the same in NAME/; the same bytes each time

manifest.tsv has a row for each case, for programs without a reader of JSON. The answers are `accepted`,
`need_more`, `refused` and `too_long`; `-` is null, or the default limit.
"""

import gzip
import io
import json
import pathlib
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ["id", "file", "max_size", "verdict", "strict", "interop", "permissive", "code", "version",
           "reason_hex", "end"]


def outcome(answer):
    if answer["ok"]:
        return "accepted"
    return answer["error"] if answer["error"] in ("need_more", "too_long") else "refused"


def row(case):
    values = {**case, "file": f"inputs/{case['id']}.http", "max_size": case.get("max_size")}
    values.update({name: outcome(answer) for name, answer in case["policies"].items()})
    return "\t".join("-" if values[name] is None else str(values[name]) for name in COLUMNS)


def files():
    """Returns (path, bytes) of each file, sorted."""
    cases = json.loads((HERE / "cases.json").read_bytes())
    manifest = "\n".join(["\t".join(COLUMNS), *map(row, cases)]) + "\n"
    found = {"manifest.tsv": manifest.encode()}
    for name in ["README.md", "cases.json", "cases.schema.json", "pack.py"]:
        found[name] = (HERE / name).read_bytes()
    for case in cases:
        found[f"inputs/{case['id']}.http"] = bytes.fromhex(case["input_hex"])
    runners = [HERE / "runners", HERE.parents[1] / "examples/conformance"]  # installed, or the sources
    folder = next(path for path in runners if path.is_dir())
    for path in folder.rglob("*"):
        if path.is_file():
            found[f"runners/{path.relative_to(folder)}"] = path.read_bytes()
    return sorted(found.items())


def main(target):
    if not target.name.endswith(".tar.gz"):
        for name, content in files():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(content)
        return
    top = target.name.removesuffix(".tar.gz")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files():
            entry = tarfile.TarInfo(f"{top}/{name}")  # no owner, and a date of 1970
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(packed.getvalue(), mtime=0))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
