#!/bin/bash
# Starts a node: kafka-server-start.sh [-daemon] <server.properties> [--override name=value]…
set -euo pipefail
if (( $# == 0 )); then
  echo "USAGE: $0 [-daemon] server.properties [--override property=value]*" >&2
  exit 1
fi
home=$(dirname "$(dirname "$(readlink -f "$0")")")
export KAFKA_LOG4J_OPTS=${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$home/config/log4j2.yaml}
export KAFKA_HEAP_OPTS=${KAFKA_HEAP_OPTS:--Xmx1G -Xms1G}
export KAFKA_JVM_PERFORMANCE_OPTS=${KAFKA_JVM_PERFORMANCE_OPTS:-$("$home/bin/class-archive" kafka) -Djava.awt.headless=true}
daemon=()
if [[ $1 == -daemon ]]; then daemon=(-daemon); shift; fi
read -r -a extra <<< "${EXTRA_ARGS--name kafkaServer -loggc}"
exec "$home/bin/kafka-run-class.sh" "${daemon[@]}" "${extra[@]}" kafka.Kafka "$@"
