#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the seeds that are status lines for the fuzz targets of other languages:

  export_seeds.py go FuzzParse FOLDER       FOLDER/testdata/fuzz/FuzzParse/*, which `go test` reads
  export_seeds.py cargo parse FOLDER        FOLDER/fuzz/corpus/parse/*, which `cargo fuzz run parse` reads

FuzzParse has one argument of type []byte. Other files in the folder stay.
"""
import pathlib
import sys

SEEDS = pathlib.Path(__file__).resolve().parent.parent / "corpus/seeds/oracle_fuzzer"


def in_go(data):
    """Returns a corpus entry of Go; each byte by itself, so that no two form a character."""
    return ('go test fuzz v1\n[]byte("' + "".join(f"\\x{b:02x}" for b in data) + '")\n').encode()


FORMS = {"go": ("testdata/fuzz", in_go), "cargo": ("fuzz/corpus", lambda data: data)}


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in FORMS:
        sys.exit(__doc__)
    below, form = FORMS[sys.argv[1]]
    folder = pathlib.Path(sys.argv[3], below, sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    seeds = sorted(SEEDS.iterdir())
    for seed in seeds:
        (folder / seed.name).write_bytes(form(seed.read_bytes()))
    print(f"{len(seeds)} seeds in {folder}")


if __name__ == "__main__":
    main()
