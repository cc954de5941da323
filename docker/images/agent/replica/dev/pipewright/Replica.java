package dev.pipewright;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.cassandra.db.ClusteringPrefix;
import org.apache.cassandra.db.ColumnFamilyStore;
import org.apache.cassandra.db.DecoratedKey;
import org.apache.cassandra.db.DeletionPurger;
import org.apache.cassandra.db.DeletionTime;
import org.apache.cassandra.db.Keyspace;
import org.apache.cassandra.db.LivenessInfo;
import org.apache.cassandra.db.ReadExecutionController;
import org.apache.cassandra.db.SinglePartitionReadCommand;
import org.apache.cassandra.db.context.CounterContext;
import org.apache.cassandra.db.lifecycle.View;
import org.apache.cassandra.db.memtable.Memtable;
import org.apache.cassandra.db.rows.Cell;
import org.apache.cassandra.db.rows.ColumnData;
import org.apache.cassandra.db.rows.ComplexColumnData;
import org.apache.cassandra.db.rows.RangeTombstoneMarker;
import org.apache.cassandra.db.rows.Row;
import org.apache.cassandra.db.rows.Unfiltered;
import org.apache.cassandra.db.rows.UnfilteredRowIterator;
import org.apache.cassandra.io.sstable.format.SSTableReader;
import org.apache.cassandra.schema.Schema;
import org.apache.cassandra.schema.TableMetadata;
import org.apache.cassandra.utils.ByteBufferUtil;
import org.apache.cassandra.utils.JsonUtils;
import org.apache.cassandra.utils.bytecomparable.ByteComparable;
import org.apache.cassandra.utils.bytecomparable.ByteSourceInverse;

/**
 * A partition as this replica holds it. CQL shows neither deletions nor the shards of a counter, and without them nobody can
 * say which replica is behind.
 *
 * Bytes are hex; a time is [microseconds since 1970, seconds since 1970 from which it counts]. Cells are told as they are stored: a
 * read turns what has expired into a deletion on its way out, and nobody could tell the two apart behind it. What a read would purge
 * (deleted longer ago than gc_grace_seconds) is only counted, as no coordinator would be told it either.
 */
public final class Replica implements ReplicaMBean
{
    /** Longer values are told by their beginning, length and digest. */
    private static final int LONGEST = 16 << 10;
    /** What is told of such a value. */
    private static final int BEGINNING = 1 << 10;
    /** Cells of one column that are told. */
    private static final int PARTS = 200;
    /** Bytes of values in one answer; after them only beginnings are told. */
    private static final int MOST = 512 << 10;

    @Override
    public String read(String keyspace, String table, String key, int rows)
    {
        TableMetadata metadata = Schema.instance.getTableMetadata(keyspace, table);
        if (metadata == null)
            throw new IllegalArgumentException("There is no table " + keyspace + '.' + table);
        if (metadata.isVirtual())
            throw new IllegalArgumentException(keyspace + '.' + table + " is a virtual table: nothing of it is stored");
        long now = System.currentTimeMillis() / 1000;
        DecoratedKey place = metadata.partitioner.decorateKey(ByteBufferUtil.hexToBytes(key));
        ColumnFamilyStore store = Keyspace.openAndGetStore(metadata);
        SinglePartitionReadCommand command = SinglePartitionReadCommand.fullPartitionRead(metadata, now, place);
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("now", now);
        try (ReadExecutionController controller = command.executionController();
             UnfilteredRowIterator partition = command.queryMemtableAndDisk(store, controller))
        {
            new Telling(metadata, now, purger(store, place, now)).partition(told, partition, rows);
        }
        return JsonUtils.writeAsJsonString(told);
    }

    /** Says of a deletion whether a read at this second would drop it, as ReadCommand.withoutPurgeableTombstones does. */
    private static DeletionPurger purger(ColumnFamilyStore store, DecoratedKey place, long now)
    {
        long before = store.gcBefore(now);
        if (!store.getCompactionStrategyManager().onlyPurgeRepairedTombstones())
            return (timestamp, since) -> since < before;
        View view = store.getTracker().getView();
        long unrepaired = before;
        for (Memtable memtable : view.getAllMemtables())
            unrepaired = Math.min(unrepaired, memtable.getMinLocalDeletionTime());
        for (SSTableReader sstable : view.liveSSTablesInBounds(place, place))
            if (!sstable.isRepaired())
                unrepaired = Math.min(unrepaired, sstable.getMinLocalDeletionTime());
        long oldest = unrepaired;
        return (timestamp, since) -> since < oldest;
    }

    /** One answer being put together. */
    private static final class Telling
    {
        private final TableMetadata metadata;
        private final long now;
        private final DeletionPurger purger;
        private int left = MOST;
        /** Deletions, and what has expired, that are stored and not told. */
        private int spent;

        Telling(TableMetadata metadata, long now, DeletionPurger purger)
        {
            this.metadata = metadata;
            this.now = now;
            this.purger = purger;
        }

        void partition(Map<String, Object> told, UnfilteredRowIterator partition, int most)
        {
            deletion(told, "deleted", partition.partitionLevelDeletion());
            if (!partition.staticRow().isEmpty() && counts(partition.staticRow()))
                told.put("static", row(partition.staticRow()));
            List<Object> rows = new ArrayList<>();
            List<Object> ranges = new ArrayList<>();
            told.put("rows", rows);
            told.put("ranges", ranges);
            Map<String, Object> open = null;
            while (partition.hasNext())
            {
                Unfiltered next = partition.next();
                if (!counts(next))
                    continue;
                if (rows.size() + ranges.size() >= most)
                {
                    told.put("more", true);
                    break;
                }
                told.put("end", order(next.clustering()));
                if (next.isRow())
                {
                    rows.add(row((Row) next));
                    continue;
                }
                RangeTombstoneMarker marker = (RangeTombstoneMarker) next;
                if (marker.isClose(false) && open != null)
                {
                    open.put("to", order(marker.closeBound(false)));
                    ranges.add(open);
                    open = null;
                }
                if (marker.isOpen(false) && !purger.shouldPurge(marker.openDeletionTime(false)))
                {
                    open = new LinkedHashMap<>();
                    open.put("from", order(marker.openBound(false)));
                    deletion(open, "deleted", marker.openDeletionTime(false));
                }
            }
            if (open != null)
            {
                // Its end was not told any more: as far as told, it goes on.
                open.put("to", told.get("end"));
                ranges.add(open);
            }
            told.put("spent", spent);
        }

        /** Whether a read would hand out anything of it. */
        private boolean counts(Unfiltered next)
        {
            if (next.isRow())
            {
                Row purged = ((Row) next).purge(purger, now, metadata.enforceStrictLiveness());
                if (purged == null)
                    spent++;
                return purged != null && !purged.isEmpty();
            }
            RangeTombstoneMarker marker = (RangeTombstoneMarker) next;
            boolean opens = marker.isOpen(false) && !purger.shouldPurge(marker.openDeletionTime(false));
            if (marker.isOpen(false) && !opens)
                spent++;
            return opens || (marker.isClose(false) && !purger.shouldPurge(marker.closeDeletionTime(false)));
        }

        /** Whether a read would hand it out. */
        private boolean counts(Cell<?> cell)
        {
            boolean counts = cell.purge(purger, now) != null;
            if (!counts)
                spent++;
            return counts;
        }

        /** Text that sorts as the table sorts its rows, also between bounds of ranges. */
        private String order(ClusteringPrefix<?> place)
        {
            ByteComparable comparable = metadata.comparator.asByteComparable(place);
            byte[] bytes = ByteSourceInverse.readBytes(comparable.asComparableBytes(ByteComparable.Version.OSS50));
            return ByteBufferUtil.bytesToHex(ByteBuffer.wrap(bytes));
        }

        private Map<String, Object> row(Row row)
        {
            Map<String, Object> told = new LinkedHashMap<>();
            if (!row.isStatic())
            {
                List<Object> clustering = new ArrayList<>();
                for (ByteBuffer part : row.clustering().getBufferArray())
                    clustering.add(part == null ? null : value(part));
                told.put("clustering", clustering);
                told.put("order", order(row.clustering()));
            }
            LivenessInfo written = row.primaryKeyLivenessInfo();
            if (!written.isEmpty() && purger.shouldPurge(written, now))
            {
                spent++;
            }
            else if (!written.isEmpty())
            {
                told.put("at", written.timestamp());
                if (written.isExpiring())
                    expiry(told, written.ttl(), written.localExpirationTime(), !written.isLive(now));
            }
            deletion(told, "deleted", row.deletion().time());
            told.put("live", row.hasLiveData(now, metadata.enforceStrictLiveness()));
            List<Object> cells = new ArrayList<>();
            for (ColumnData data : row)
            {
                if (data.column().isComplex())
                    cells.add(cells((ComplexColumnData) data));
                else if (counts((Cell<?>) data))
                    cells.add(cell((Cell<?>) data));
            }
            told.put("cells", cells);
            return told;
        }

        private Map<String, Object> cells(ComplexColumnData data)
        {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("column", data.column().name.toString());
            deletion(told, "cleared", data.complexDeletion());
            List<Object> parts = new ArrayList<>();
            for (Cell<?> cell : data)
            {
                if (!counts(cell))
                    continue;
                if (parts.size() >= PARTS)
                {
                    told.put("more", data.cellsCount());
                    break;
                }
                Map<String, Object> part = cell(cell);
                part.put("path", value(cell.path().get(0)));
                parts.add(part);
            }
            told.put("parts", parts);
            return told;
        }

        private Map<String, Object> cell(Cell<?> cell)
        {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("column", cell.column().name.toString());
            told.put("at", cell.timestamp());
            if (cell.isTombstone())
            {
                told.put("deleted", true);
                told.put("expires", cell.localDeletionTime());
                return told;
            }
            if (cell.isExpiring())
                expiry(told, cell.ttl(), cell.localDeletionTime(), !cell.isLive(now));
            if (!cell.isLive(now))
                return told;
            if (cell.isCounterCell())
                told.put("shards", shards(cell.buffer()));
            else
                told.put("value", value(cell.buffer()));
            return told;
        }

        private static void expiry(Map<String, Object> told, int ttl, long at, boolean over)
        {
            told.put("ttl", ttl);
            told.put("expires", at);
            if (over)
                told.put("expired", true);
        }

        /** Each node's share: whose it is, how often it was changed, and how much it is. */
        private static List<Object> shards(ByteBuffer context)
        {
            List<Object> shards = new ArrayList<>();
            for (CounterContext.ContextState state = CounterContext.ContextState.wrap(context); state.hasRemaining(); state.moveToNext())
            {
                Map<String, Object> shard = new LinkedHashMap<>();
                shard.put("of", state.getCounterId().toString());
                shard.put("clock", state.getClock());
                shard.put("count", state.getCount());
                // Other kinds are left over from versions before 2.1.
                shard.put("global", state.isGlobal());
                shards.add(shard);
            }
            return shards;
        }

        private Map<String, Object> value(ByteBuffer bytes)
        {
            Map<String, Object> told = new LinkedHashMap<>();
            int length = bytes.remaining();
            told.put("length", length);
            boolean whole = length <= BEGINNING || (length <= LONGEST && length <= left);
            ByteBuffer begin = bytes.duplicate();
            if (!whole)
                begin.limit(begin.position() + BEGINNING);
            left -= begin.remaining();
            told.put("hex", ByteBufferUtil.bytesToHex(begin));
            if (!whole)
                told.put("digest", digest(bytes));
            return told;
        }

        private static String digest(ByteBuffer bytes)
        {
            try
            {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(bytes.duplicate());
                return ByteBufferUtil.bytesToHex(ByteBuffer.wrap(digest.digest()));
            }
            catch (java.security.NoSuchAlgorithmException absent)
            {
                throw new IllegalStateException(absent);
            }
        }

        private void deletion(Map<String, Object> told, String name, DeletionTime deletion)
        {
            if (purger.shouldPurge(deletion))
                spent++;
            else if (!deletion.isLive())
                told.put(name, List.of(deletion.markedForDeleteAt(), deletion.localDeletionTime()));
        }
    }
}
