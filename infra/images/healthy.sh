#!/usr/bin/env bash
# Succeeds when the portal in this container answers. The base images have bash, but not all have curl.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${1:-8080}"
printf 'GET /ssp/api/health/live HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r _ status _ <&3
[ "$status" = 200 ]
