#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# submit.sh LIST OUT FILES_PER_TASK [OPTION...]: counts the status lines in the files that LIST names, one on each line of
# LIST, by a Slurm array. Each task counts FILES_PER_TASK of them, with these options of `statusline parse`. A job that
# depends on all tasks adds the counts: OUT/total.json. Prints the numbers of both jobs.
#
# All nodes must see the files and OUT under the same names, and have statusline in PATH. Objects that OUT already has are
# kept: a second submission counts the missing files only. docs/cluster.md has an example.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
list=$(realpath "${1:?usage: submit.sh LIST OUT FILES_PER_TASK [OPTION...]}")
mkdir -p "${2:?}"
out=$(realpath "$2")
per_task=${3:?}
files=$(wc -l <"$list")
tasks=$(((files + per_task - 1) / per_task))

array=$(sbatch --parsable --array="0-$((tasks - 1))" --requeue --open-mode=append --output="$out/%a.log" \
  "$here/count.sh" "$list" "$out" "$per_task" "${@:4}")
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes --requeue --output="$out/merge.log" \
  "$here/merge.sh" "$list" "$out")
echo "$array $merge"
