#!/bin/bash
# What the container runs, by the contract of the official image: root hands over to the user postgres, an empty data folder
# gets a database, its user and its password, and the given command takes this process's place.
set -Eeuo pipefail

# `docker run image -c …`: options alone are options of postgres.
if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
if [[ ${1:-} != postgres ]]; then exec "$@"; fi
for argument; do
  case $argument in
    '-?' | --help | --describe-config | -V | --version) exec "$@" ;;
  esac
done

# Sets a variable to its value, else to what stands in the file that <name>_FILE names, else to a default.
settle() {
  local name=$1 file=${1}_FILE value
  if [[ -n ${!name:-} && -n ${!file:-} ]]; then
    echo "Both $name and $file are set. Keep one of them." >&2
    exit 1
  fi
  value=${!name:-${2:-}}
  if [[ -n ${!file:-} ]]; then value=$(< "${!file}"); fi
  export "$name=$value"
  unset "$file"
}
settle POSTGRES_PASSWORD
settle POSTGRES_USER postgres
settle POSTGRES_DB "$POSTGRES_USER"
settle POSTGRES_INITDB_ARGS

mkdir -p "$PGDATA"
# Who runs the image with a user of their own need not own the folder.
chmod 0700 "$PGDATA" || true
if [[ $(id -u) == 0 ]]; then
  find "$PGDATA" /var/run/postgresql ! -user postgres -exec chown postgres '{}' +
  exec gosu postgres "$0" "$@"
fi

if [[ -s $PGDATA/PG_VERSION ]]; then exec "$@"; fi

if [[ -z $POSTGRES_PASSWORD && ${POSTGRES_HOST_AUTH_METHOD:-} != trust ]]; then
  echo "The data folder is empty, and no password is given for its user: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE." >&2
  exit 1
fi
# The arguments of initdb are a list.
# shellcheck disable=SC2086
initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
: "${POSTGRES_HOST_AUTH_METHOD:=$(postgres -C password_encryption "${@:2}")}"
printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >> "$PGDATA/pg_hba.conf"

# Nobody reaches the server by the network before its database is there.
pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${@:2}" -c listen_addresses=)" -w start
export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
sql=(psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc)
if [[ -z $("${sql[@]}" --dbname postgres --set db="$POSTGRES_DB" --tuples-only <<< "SELECT 1 FROM pg_database WHERE datname = :'db'") ]]; then
  "${sql[@]}" --dbname postgres --set db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db"'
fi
for file in /docker-entrypoint-initdb.d/*; do
  case $file in
    *.sh) if [[ -x $file ]]; then "$file"; else
      # shellcheck source=/dev/null
      . "$file"; fi ;;
    *.sql) "${sql[@]}" --dbname "$POSTGRES_DB" -f "$file" ;;
  esac
done
pg_ctl -D "$PGDATA" -m fast -w stop
unset PGPASSWORD
exec "$@"
