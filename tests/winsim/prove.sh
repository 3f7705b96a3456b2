#!/bin/sh
# Starts winsim on free ports in a directory of its own, waits for its "ready", runs the proof, and ends it.
# usage: prove.sh WINSIM PROOF [PYTHON]
set -eu
dir=$(mktemp -d)
mkfifo "$dir/started"
"$1" --dir "$dir/state" --time-scale 60 --cbt strict \
  --host ja.sim.example=affected-2012r2-ja --host en.sim.example=healthy-2019-en \
  --host sjis.sim.example=affected-2012r2-ja-cp932 --host events.sim.example=affected-2012r2-en \
  --host hyperv.sim.example=affected-2016-hyperv --host fix.sim.example=fix-plain >"$dir/started" &
winsim=$!
trap 'kill "$winsim" 2>/dev/null; wait "$winsim" || true; rm -rf "$dir"' EXIT
read -r ready <"$dir/started"
[ "$ready" = ready ]

# pywinrm's NTLM hashes passwords with MD4, which OpenSSL keeps in its legacy provider.
cat >"$dir/openssl.cnf" <<CONF
openssl_conf = all
[all]
providers = providers
[providers]
default = on
legacy = on
[on]
activate = 1
CONF
unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE
OPENSSL_CONF="$dir/openssl.cnf" "${3:-python3}" -W ignore::ResourceWarning "$2" "$dir/state"
