#!/usr/bin/env bash
# Sets up what is missing and starts the portal with demo data. Options: infra/run.sh --help
set -euo pipefail
SSP_CALLED_FROM=$PWD
export SSP_CALLED_FROM
. "$(dirname "$0")/prepare.sh"
prepare
cd "$root"
exec dotnet "$root/infra/dev/bin/embedded/Release/net10.0/Ssp.Dev.dll" "$@"
