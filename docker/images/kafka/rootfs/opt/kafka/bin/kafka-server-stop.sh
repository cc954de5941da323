#!/bin/bash
# Asks the nodes running in this container to shut down in good order:
#   kafka-server-stop.sh [--node-id=<id>] [--process-role=<role>]        (the id wins where both are given)
set -euo pipefail
node= role=
for argument in "$@"; do
  case $argument in
    --node-id=*) node=${argument#*=} ;;
    --process-role=*) role=${argument#*=} ;;
    *) echo "USAGE: $0 [--node-id=id] [--process-role=role]" >&2; exit 1 ;;
  esac
done

setting() { sed -n "s/^$1=//p" "$2" | tail -n 1; }

found=false
for pid in $(pgrep -f 'java .* kafka\.Kafka ' || true); do
  properties=$(tr '\0' '\n' < "/proc/$pid/cmdline" | sed -n '/^kafka\.Kafka$/ { n; p; }')
  if [[ -n $node ]]; then
    [[ $(setting node.id "$properties") == "$node" ]] || continue
  elif [[ -n $role ]]; then
    [[ $(setting process.roles "$properties") == "$role" ]] || continue
  fi
  found=true
  kill -s "${SIGNAL:-TERM}" "$pid"
done
if ! $found; then
  echo "No kafka server to stop" >&2
  exit 1
fi
