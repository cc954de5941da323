#!/bin/bash
# Starts a Java class of Kafka with the options that the KAFKA_* variables give:
#   kafka-run-class.sh [-daemon] [-name <name>] [-loggc] <class> [arguments]
set -euo pipefail
if (( $# == 0 )); then
  echo "USAGE: $0 [-daemon] [-name servicename] [-loggc] classname [opts]" >&2
  exit 1
fi
home=$(dirname "$(dirname "$(readlink -f "$0")")")
logs=${LOG_DIR:-$home/logs}
classpath=${CLASSPATH:+$CLASSPATH:}$(< "$home/classpath")

name=kafka daemon=false gc_log=
while :; do
  case ${1:-} in
    -name) name=$2; shift 2 ;;
    -daemon) daemon=true; shift ;;
    -loggc) gc_log="-Xlog:gc*:file=$logs/$name-gc.log:time,tags:filecount=10,filesize=100M"; shift ;;
    *) break ;;
  esac
done

if [[ -n ${JMX_PORT:-} ]]; then
  jmx="-Dcom.sun.management.jmxremote=true -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false"
  KAFKA_JMX_OPTS="${KAFKA_JMX_OPTS:-$jmx} -Dcom.sun.management.jmxremote.port=$JMX_PORT"
  [[ $KAFKA_JMX_OPTS == *jmxremote.rmi.port=* ]] || KAFKA_JMX_OPTS+=" -Dcom.sun.management.jmxremote.rmi.port=$JMX_PORT"
fi

# A tool lives for a second or two: the class archive and a light start matter more than peak speed, except where it
# measures.
short="$("$home/bin/class-archive" tools) -Djava.awt.headless=true"
case ${1:-} in
  *Performance | *Latency | *Consumer | *Producer) ;;
  *) short+=" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC" ;;
esac

# The variables hold several options each, so they are split on purpose.
# shellcheck disable=SC2206
command=(
  "${JAVA_HOME:+$JAVA_HOME/bin/}java"
  ${KAFKA_HEAP_OPTS:--Xmx256M}
  ${KAFKA_JVM_PERFORMANCE_OPTS:-$short}
  ${KAFKA_GC_LOG_OPTS:-$gc_log}
  ${KAFKA_JMX_OPTS:-}
  -Dkafka.logs.dir="$logs"
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$home/config/tools-log4j2.yaml}
  -cp "$classpath"
  ${KAFKA_OPTS:-}
  "$@"
)
if $daemon; then
  nohup "${command[@]}" > "$logs/$name.out" 2>&1 < /dev/null &
else
  exec "${command[@]}"
fi
