#!/bin/sh
# Writes a minimal Debian as a tar to standard output; what goes on is told on standard error.
# Needs root and the package debootstrap. By hand:
#   ./debootstrap.sh bookworm | docker import -c 'LABEL dev.pipewright.image=base' - pipewright/base:bookworm
set -eu
suite=${1:?usage: debootstrap.sh <suite> [mirror]}
# Without a mirror debootstrap takes Debian's own.
mirror=${2:-}

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
trap 'exit 1' INT TERM HUP

debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >&2

# Nothing of this machine, and nothing that only takes room, goes into the image.
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/log/*.log \
       "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/*
rm -f "$root"/etc/hostname "$root"/etc/resolv.conf
tar --create --numeric-owner --one-file-system --directory "$root" .
