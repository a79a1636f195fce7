#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# count.sh LIST OUT FILES_PER_TASK [OPTION...]: one task of the array that submit.sh submits. Writes an object for each of
# its files. A task that was requeued, because its node or the tool was killed, continues after its last object.
set -euo pipefail
list=$1 out=$2 per_task=$3
options=(--lines --summary --json "${@:4}")
restarts=${SLURM_RESTART_COUNT:-0}

# The lines of a file. docs/recipes.md has warc_lines.py, to append for WARC: zcat -- "$1" | python3 warc_lines.py
unpack() { zcat -- "$1"; }

# count FILE OBJECT: the object appears whole or not at all, also if another copy of this task still runs on a node that
# Slurm has lost.
count() {
  local new=$2.$SLURM_JOB_ID.$restarts unpacked=0 counted=0
  if [[ $1 == *.gz ]]; then
    unpack "$1" | statusline parse "${options[@]}" - >"$new" || { unpacked=${PIPESTATUS[0]} counted=${PIPESTATUS[1]}; }
  else
    statusline parse "${options[@]}" -- "$1" >"$new" || counted=$?
  fi
  # 1: a line is not valid, which the object counts.
  ((unpacked == 0 && counted <= 1)) && mv "$new" "$2" && return
  rm -f "$new"
  echo "count.sh: $1: status $counted, of unpack $unpacked" >&2
  if (((unpacked > 128 || counted > 128) && restarts < 3)); then # killed by a signal, perhaps for its memory
    scontrol requeue "$SLURM_JOB_ID"
    sleep 60 # until Slurm ends this copy
  fi
  exit 1
}

number=$((SLURM_ARRAY_TASK_ID * per_task))
while IFS= read -r file; do
  object=$out/$(printf '%07d' "$number").json
  [[ -e $object ]] || count "$file" "$object"
  number=$((number + 1))
done < <(tail -n "+$((number + 1))" "$list" | head -n "$per_task")
