#!/bin/bash
# What the container runs, by the contract of the official image: environment variables are written into the settings, root
# hands over to the user cassandra, and the given command takes this process's place.
#
# The settings are edited in place on every start. A variable that is missing later leaves what an earlier start wrote;
# only the seeds and addresses have defaults that are written each time.
set -euo pipefail

# `docker run image`, `docker run image -f …`: options alone are options of cassandra.
if (( $# == 0 )) || [[ $1 == -* ]]; then
  set -- cassandra -f "$@"
fi

# Volumes may belong to anybody. Whoever gave the container a user of their own keeps it.
if [[ $1 == cassandra && $(id -u) == 0 ]]; then
  find "$CASSANDRA_CONF" /var/lib/cassandra /var/log/cassandra ! -user cassandra -exec chown cassandra '{}' +
  exec gosu cassandra "$0" "$@"
fi

# The first IPv4 address that is neither loopback nor link-local.
own_address() {
  ip -4 -oneline address | awk '{ sub(/\/.*/, "", $4) } $2 != "lo" && $4 !~ /^(127|169\.254)\./ { print $4; exit }'
}

# Text that stands in the replacement of sed's s///.
quoted() { sed 's/[&/\]/\\&/g' <<< "$1"; }

# Writes through the file instead of replacing it: it may be mounted.
edit() {
  local file=$1 edited; shift
  edited=$(sed -r "$@" "$file")
  printf '%s\n' "$edited" > "$file"
}

if [[ $1 == cassandra ]]; then
  : "${CASSANDRA_RPC_ADDRESS=0.0.0.0}"
  : "${CASSANDRA_LISTEN_ADDRESS=auto}"
  if [[ $CASSANDRA_LISTEN_ADDRESS == auto ]]; then CASSANDRA_LISTEN_ADDRESS=$(own_address); fi
  : "${CASSANDRA_BROADCAST_ADDRESS=$CASSANDRA_LISTEN_ADDRESS}"
  if [[ $CASSANDRA_BROADCAST_ADDRESS == auto ]]; then CASSANDRA_BROADCAST_ADDRESS=$(own_address); fi
  : "${CASSANDRA_BROADCAST_RPC_ADDRESS:=$CASSANDRA_BROADCAST_ADDRESS}"
  if [[ -n ${CASSANDRA_NAME:-} ]]; then : "${CASSANDRA_SEEDS:=cassandra}"; fi
  : "${CASSANDRA_SEEDS:=$CASSANDRA_BROADCAST_ADDRESS}"

  edits=(-e "s/(- seeds:).*/\1 \"$(quoted "$CASSANDRA_SEEDS")\"/")
  for setting in broadcast_address broadcast_rpc_address cluster_name endpoint_snitch listen_address num_tokens \
    rpc_address start_rpc; do
    variable=CASSANDRA_${setting^^}
    if [[ -n ${!variable:-} ]]; then edits+=(-e "s/^(# )?($setting:).*/\2 $(quoted "${!variable}")/"); fi
  done
  edit "$CASSANDRA_CONF/cassandra.yaml" "${edits[@]}"

  edits=()
  if [[ -n ${CASSANDRA_DC:-} ]]; then edits+=(-e "s/^(dc=).*/\1 $(quoted "$CASSANDRA_DC")/"); fi
  if [[ -n ${CASSANDRA_RACK:-} ]]; then edits+=(-e "s/^(rack=).*/\1 $(quoted "$CASSANDRA_RACK")/"); fi
  if (( ${#edits[@]} > 0 )); then edit "$CASSANDRA_CONF/cassandra-rackdc.properties" "${edits[@]}"; fi
fi

exec "$@"
