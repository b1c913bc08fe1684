#!/usr/bin/env bash
# For a Linux machine without a container engine: makes stand-ins for the base images of Dockerfile.local under the names it
# uses, from Debian packages and this machine's own .NET and Node.js, so that buildah can build and run the image.
# A trial of the Dockerfile, not images to hand out. As root; needs buildah, debootstrap, dotnet, node and npm.
set -euo pipefail
export BUILDAH_ISOLATION=chroot
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")

debootstrap --variant=minbase --include="ca-certificates,libicu72,libssl3,libstdc++6,tzdata" bookworm "$work/root"
# The certificate authorities this machine trusts: npm and NuGet inside the build reach what they reach outside.
cp -L /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/"
chroot "$work/root" useradd --uid 1654 --user-group --create-home app

# $1: name; the rest: settings for buildah config. Reads from stdin what to do with the mounted file system $root.
image() {
  local container root name=$1
  shift
  container=$(buildah from scratch)
  root=$(buildah mount "$container")
  cp -a "$work/root/." "$root/"
  . /dev/stdin
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" "$container"
  buildah commit --quiet --rm --format docker "$container" "$name"
}

image mcr.microsoft.com/dotnet/aspnet:10.0 --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 <<'DO'
mkdir -p "$root/usr/share/dotnet"
cp -a "$dotnet"/{dotnet,host,shared} "$root/usr/share/dotnet/"
ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet"
DO

image mcr.microsoft.com/dotnet/sdk:10.0 <<'DO'
mkdir -p "$root/usr/share/dotnet"
cp -a "$dotnet/." "$root/usr/share/dotnet/"
ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet"
DO

image docker.io/library/node:24-bookworm-slim --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt <<'DO'
cp -aL "$(command -v node)" "$root/usr/bin/node"
mkdir -p "$root/usr/lib/node_modules"
cp -a "$npm" "$root/usr/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
DO
