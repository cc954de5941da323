# Options for the JVM that depend on the machine and on variables; sourced by bin/cassandra and by nodetool.
# The static ones stand in jvm-server.options and jvm17-server.options. Later ones win, JVM_EXTRA_OPTS last of all.

# Heap: max(min(½ memory, 1 GiB), min(¼ memory, 8 GiB)) of the whole machine, unless MAX_HEAP_SIZE says otherwise.
if [ -z "$MAX_HEAP_SIZE" ]; then
    half=$(free -m | awk '/^Mem:/ { print int($2 / 2) }')
    quarter=$((half / 2))
    if [ "$half" -gt 1024 ]; then half=1024; fi
    if [ "$quarter" -gt 8192 ]; then quarter=8192; fi
    MAX_HEAP_SIZE="$((half > quarter ? half : quarter))M"
fi
case "$JVM_OPTS" in
    *-Xmx* | *-Xms*) ;;
    *) JVM_OPTS="$JVM_OPTS -Xms$MAX_HEAP_SIZE -Xmx$MAX_HEAP_SIZE" ;;
esac
# The size of the young generation is for the collector to choose; HEAP_NEWSIZE counts with CMS only, as in the release.
case "$JVM_OPTS" in
    *+UseConcMarkSweepGC*) JVM_OPTS="$JVM_OPTS ${HEAP_NEWSIZE:+-Xmn$HEAP_NEWSIZE}" ;;
esac
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-4}"

: "${CASSANDRA_LOG_DIR:=$CASSANDRA_HOME/logs}"
case "$JVM_OPTS" in
    *-Xlog:gc*) ;;
    *) JVM_OPTS="$JVM_OPTS -Xlog:gc=info,heap*=trace,age*=debug,safepoint=info,promotion*=trace:file=$CASSANDRA_LOG_DIR/gc.log:time,uptime,pid,tid,level:filecount=10,filesize=10485760" ;;
esac

# Measures the memory of objects: Cassandra counts what a memtable takes with it.
JVM_OPTS="$JVM_OPTS -javaagent:$CASSANDRA_HOME/lib/jamm-0.4.0.jar"

if [ -n "$CASSANDRA_HEAPDUMP_DIR" ]; then
    JVM_OPTS="$JVM_OPTS -XX:HeapDumpPath=$CASSANDRA_HEAPDUMP_DIR/cassandra-$(date +%s)-pid$$.hprof"
fi
JVM_ON_OUT_OF_MEMORY_ERROR_OPT="-XX:OnOutOfMemoryError=kill -9 %p"

# JMX answers on this node's loopback only, unless LOCAL_JMX says no; then it asks for a password.
JMX_PORT="${JMX_PORT:-7199}"
if [ "${LOCAL_JMX:-yes}" = yes ]; then
    JVM_OPTS="$JVM_OPTS -Dcassandra.jmx.local.port=$JMX_PORT -Dcom.sun.management.jmxremote.authenticate=false"
else
    JVM_OPTS="$JVM_OPTS -Dcassandra.jmx.remote.port=$JMX_PORT -Dcom.sun.management.jmxremote.rmi.port=$JMX_PORT"
    JVM_OPTS="$JVM_OPTS -Dcom.sun.management.jmxremote.authenticate=true"
fi
JVM_OPTS="$JVM_OPTS -Dcom.sun.management.jmxremote.password.file=/etc/cassandra/jmxremote.password"

JVM_OPTS="$JVM_OPTS $JVM_EXTRA_OPTS"
