#!/usr/bin/env bash
# Writes infra/.env, the settings of infra/compose.yaml, with a fresh key for Azurite. An existing file is left alone:
# its key opens the data in the volume.
set -euo pipefail
umask 077
file=$(cd "$(dirname "$0")/.." && pwd)/.env
if [ -e "$file" ]; then
  echo "$file exists already; nothing was changed." >&2
  exit 1
fi

account=ssp$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
key=$(head -c 64 /dev/urandom | base64 | tr -d '\n')
made=$(mktemp "$file.XXXXXX")
trap 'rm -f "$made"' EXIT
cat >"$made" <<SETTINGS
# Settings of infra/compose.yaml. Holds secrets: keep it out of version control, and keep a copy with the backups.
# The portal gets every line as an environment variable; infra/docs/settings.md names them all.
# A value with \$ or # in it (a password, say) goes between single quotes.

# --- to fill in -----------------------------------------------------------------------------------------------------

# HD4DP's two databases, as the containers see it: host.docker.internal is this machine. The images have no Kerberos library to ask.
LocaldwhConnection=Host=host.docker.internal;Port=5432;Database=localdwh;Username=dpuser;GSS Encryption Mode=Disable;Password=
NippinConnection=Host=host.docker.internal;Port=5432;Database=nippin;Username=dpuser;GSS Encryption Mode=Disable;Password=

# The first User Manager. The temporary password appears once: docker compose -f infra/compose.yaml logs portal
BootstrapEmail=

# The address people use. With https the session cookie is marked Secure, and browsers drop it on plain http.
PublicUrl=http://localhost:8080/ssp

# Shown to people who cannot sign in: an e-mail address or a web address.
ServiceDesk=

# Where the audit trail is forwarded to: syslog+tls://host:6514, syslog+tcp://host:514, or nowhere.
AuditForward=

# --- the way in -----------------------------------------------------------------------------------------------------

# http or https. For https put fullchain.pem and privkey.pem into the folder TLS_FOLDER (relative to infra/).
PROXY=http
PROXY_PORT=8080
TLS_FOLDER=./nginx/tls

# The header in which the proxy of compose.yaml tells the portal who calls.
ClientAddressHeader=X-Real-IP

# --- good as they are -----------------------------------------------------------------------------------------------

# local or azure: under which Functions host, and so which of the two Dockerfiles.
HOST=local
StoragePrefix=ssp
# The wall clock of the schedules, which infra/docs/settings.md lists.
TZ=Europe/Brussels
# In the volume keys: it opens the certificates in the volume azurite, and is backed up apart from it.
KeysFolder=/keys/ssp

# Generated. The key is in both.
AZURITE_ACCOUNTS=$account:$key
AzureWebJobsStorage=DefaultEndpointsProtocol=http;AccountName=$account;AccountKey=$key;\
BlobEndpoint=http://azurite:10000/$account;QueueEndpoint=http://azurite:10001/$account;TableEndpoint=http://azurite:10002/$account;
SETTINGS
mv "$made" "$file"
trap - EXIT
echo "Wrote $file. Fill in its first part, then: docker compose -f infra/compose.yaml up --build --detach" >&2
