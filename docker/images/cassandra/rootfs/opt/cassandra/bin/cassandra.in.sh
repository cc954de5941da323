# Sourced by bin/cassandra and by the tools: class path, Java, static options. `jvmoptions_variant` chooses the options of a
# node (-server) or of tools (-clients).
: "${CASSANDRA_HOME:=/opt/cassandra}"
: "${CASSANDRA_CONF:=$CASSANDRA_HOME/conf}"
cassandra_storagedir=$CASSANDRA_HOME/data
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
# The one Java of this image, for a cassandra-env.sh that asks.
JAVA_VERSION=17 JVM_VERSION=17 JVM_VENDOR=OpenJDK JVM_ARCH=64-Bit

# The folder with the settings stands last: a class archive fits only where the class path begins as it did when the archive
# was made, and a folder cannot be a part of that. No jar holds a file of the same name as a setting's.
CLASSPATH=$(< "$CASSANDRA_HOME/classpath")${EXTRA_CLASSPATH:+:$EXTRA_CLASSPATH}:$CASSANDRA_CONF

options() {
  local file
  for file in "$CASSANDRA_CONF/jvm$jvmoptions_variant.options" "$CASSANDRA_CONF/jvm17$jvmoptions_variant.options"; do
    [[ ! -r $file ]] || grep '^-' "$file" || true
  done
}
jvmoptions_variant=${jvmoptions_variant:--clients}
JVM_OPTS="${JVM_OPTS:-} $(options | paste -s -d ' ')"
