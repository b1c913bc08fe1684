#!/usr/bin/env bash
# Sets up what is missing, checks the form of the code, and runs every test.
#   infra/test.sh quick                                  for daily work: no browser, no kills, no chaos, no whole corpus
#   infra/test.sh -class Ssp.Tests.Exports.ExportTests   arguments go to the test program
set -euo pipefail
. "$(dirname "$0")/prepare.sh"
cd "$root"

results=$(mktemp)
counted=
finish() {
  rm -f "$results"
  [ -n "$counted" ] || echo "0 passed, 1 failed"
}
trap finish EXIT

prepare tests
if [ $# = 0 ]; then
  # Only what the build has not checked already: it takes faults of style for errors.
  dotnet format whitespace "$root/Ssp.sln" --verify-no-changes --no-restore >&2 || { say "Some files are not formatted: run dotnet format."; exit 1; }
elif [ "$1" = quick ]; then
  shift
  for room in Browser BlackBox Chaos Durability Jobs Backup Dev; do
    set -- "$@" -namespace- "Ssp.Tests.$room"
  done
  # What goes through a whole corpus, kills servers or runs many programs is marked in the code.
  set -- "$@" -trait- Run=full
fi

# More at once than there are processors: many tests wait, for a page, a lease or a program that is down.
# Its exit code says no more than its counts, and a run that dies has none.
dotnet "$root/tests/bin/Release/net10.0/Ssp.Tests.dll" -noColor -maxThreads 2x -result-xml "$root/.data/tests.xml" "$@" | tee "$results" || true
summary=$(grep -E '^ +Ssp\.Tests +Total:' "$results" | tail -n 1 || true)
count() { printf '%s' "$summary" | { grep -oE "$1: [0-9]+" || echo 0; } | grep -oE '[0-9]+'; }
total=$(count Total)
failed=$(($(count Failed) + $(count Errors)))
if [ "$total" = 0 ]; then
  say "No test was run."
  exit 1
fi

counted=yes
echo "$((total - $(count Failed) - $(count Skipped))) passed, $failed failed"
[ "$failed" = 0 ]
