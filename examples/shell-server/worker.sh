#!/bin/sh
# A worker that knows nothing of sockets, generations or readiness: it reads its settings once, works,
# and ends when it is asked to. That is all a command needs to be replaced when a file changes.
set -eu

settings=${1:-${0%/*}/settings}
. "$settings"

trap 'echo "worker $$: done after $count rounds"; exit 0' TERM INT
count=0
echo "worker $$: $greeting, every $pause s"

while :; do
  count=$((count + 1))
  # The shell runs no trap while it waits for a program, but it does while it waits for a job.
  sleep "$pause" &
  wait $!
done
