#!/usr/bin/env bash
# Sets up what is missing and starts the portal with demo data. Options: infra/run.sh --help
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
SSP_CALLED_FROM=$PWD
export SSP_CALLED_FROM
"$root/infra/prepare.sh"
cd "$root"
exec dotnet "$root/infra/dev/bin/embedded/Release/net10.0/Ssp.Dev.dll" "$@"
