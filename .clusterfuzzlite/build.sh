#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds the fuzz targets for OSS-Fuzz and ClusterFuzzLite: from $SRC/statusline into $OUT, with the
# compilers, flags and engine that they set. The image needs only CMake, Python, zip and nlohmann's json
# besides. tests/meta/fuzz_contract_test.sh runs this script outside an image.
set -eu
repository=$SRC/statusline
build=$WORK/statusline
# The image may have built before, with another sanitizer, and CMake would keep it.
rm -rf "$build"

# Static: the only peer is the one that is built here from its sources.
cmake -S "$repository" -B "$build" \
  -DSTATUSLINE_COMPLETE=ON -DSTATUSLINE_FUZZ=ON -DSTATUSLINE_TESTS=OFF -DSTATUSLINE_TOOL=OFF \
  -DBUILD_SHARED_LIBS=OFF \
  -DSTATUSLINE_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" \
  -DSTATUSLINE_PEERS=llhttp -DCMAKE_DISABLE_FIND_PACKAGE_llhttp=ON \
  -DSTATUSLINE_LLHTTP_SOURCES="$SRC/llhttp/src" -DSTATUSLINE_LLHTTP_INCLUDE="$SRC/llhttp/include"
cmake --build "$build" --target statusline_fuzzers --parallel "$(nproc)"

for fuzzer in "$build"/fuzz/*_fuzzer; do
  name=$(basename "$fuzzer")
  cp "$fuzzer" "$fuzzer.dict" "$fuzzer.options" "$OUT"
  rm -f "$OUT/${name}_seed_corpus.zip"
  find "$repository/corpus/seeds/$name" "$repository/corpus/crashes/$name" -type f 2>/dev/null |
    zip -q -j -@ "$OUT/${name}_seed_corpus.zip"
done
