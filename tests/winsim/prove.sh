#!/bin/sh
# Starts winsim on free ports in a directory of its own, waits for its "ready", runs the proof, and ends it.
# usage: prove.sh WINSIM PROOF [PYTHON]
set -eu
dir=$(mktemp -d)
mkfifo "$dir/started"
"$1" --dir "$dir/state" --time-scale 60 \
  --host ja.sim.example=affected-2012r2-ja --host en.sim.example=healthy-2019-en \
  --host sjis.sim.example=affected-2012r2-ja-cp932 --host events.sim.example=affected-2012r2-en \
  --host hyperv.sim.example=affected-2016-hyperv >"$dir/started" &
winsim=$!
trap 'kill "$winsim" 2>/dev/null; wait "$winsim" || true; rm -rf "$dir"' EXIT
read -r ready <"$dir/started"
[ "$ready" = ready ]
"${3:-python3}" "$2" "$dir/state"
