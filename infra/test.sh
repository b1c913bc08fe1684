#!/usr/bin/env bash
# Sets up what is missing, checks the form of the code, and runs every test. Further arguments go to the test program:
#   infra/test.sh -class Ssp.Tests.Exports.ExportTests
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

fail() {
  printf '%s\n' "$1" >&2
  echo "0 passed, 1 failed"
  exit 1
}

"$root/infra/prepare.sh" tests || fail "The set-up did not succeed; the reason is above."
if [ $# = 0 ]; then
  dotnet format "$root/Ssp.sln" --verify-no-changes --no-restore >&2 || fail "Some files are not formatted: run dotnet format."
fi

results=$(mktemp)
trap 'rm -f "$results"' EXIT
dotnet "$root/tests/bin/embedded/Release/net10.0/Ssp.Tests.dll" -noColor "$@" | tee "$results"
summary=$(grep -E '^ +Ssp\.Tests +Total:' "$results" | tail -n 1)
count() { printf '%s' "$summary" | grep -oE "$1: [0-9]+" | grep -oE '[0-9]+' || echo 0; }
total=$(count Total)
failed=$(($(count Failed) + $(count Errors)))
skipped=$(count Skipped)
if [ "$total" = 0 ]; then
  fail "No test was run."
fi

echo "$((total - $(count Failed) - skipped)) passed, $failed failed"
[ "$failed" = 0 ]
