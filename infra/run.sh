#!/usr/bin/env bash
# Sets up what is missing and starts the portal with demo data. Options: infra/run.sh --help
set -euo pipefail
SSP_CALLED_FROM=$PWD
export SSP_CALLED_FROM
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
  # The program's own words, without setting it up first.
  sed -n '/const string Help/,/""";/{/"""/d;/const string/d;s/^        //;p}' "$(dirname "$0")/dev/DevOptions.cs"
  exit 0
fi
. "$(dirname "$0")/prepare.sh"
prepare
cd "$root"
exec dotnet "$root/infra/dev/bin/Release/net10.0/Ssp.Dev.dll" "$@"
