package dev.pipewright;

/** What one node alone stores, with its deletions and what has expired. */
public interface ReplicaMBean
{
    /**
     * Reads a partition from this node's own memtables and SSTables; no other node is asked and nothing is written.
     *
     * @param key the partition key's bytes, in hex
     * @param rows after how many rows, and marks of deleted ranges, to stop
     * @return JSON: see {@link Replica}
     */
    String read(String keyspace, String table, String key, int rows);
}
