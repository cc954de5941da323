//! Compactions of one node: those under way, and those that have ended.

use lab_model::facts::cassandra::{CompactionDone, CompactionRunning};

use super::schema::is_own;
use crate::wire::{Connection, Failure, Row};

/// Ended compactions that are told.
const MOST: usize = 20;

/// `system_views.sstable_tasks`.
pub(crate) async fn running(connection: &mut Connection) -> Result<Vec<CompactionRunning>, Failure> {
    let table = connection
        .rows("SELECT keyspace_name, table_name, kind, progress, total, unit FROM system_views.sstable_tasks")
        .await?;
    let mut running: Vec<CompactionRunning> = table
        .rows()
        .map(|row| CompactionRunning {
            table: format!("{}.{}", row.word("keyspace_name"), row.word("table_name")),
            kind: row.word("kind"),
            done: natural(row, "progress"),
            total: natural(row, "total"),
            unit: row.word("unit"),
        })
        .collect();
    running.sort_by(|a, b| (&a.table, &a.kind).cmp(&(&b.table, &b.kind)));
    Ok(running)
}

/// `system.compaction_history`, the newest first.
pub(crate) async fn done(connection: &mut Connection) -> Result<Vec<CompactionDone>, Failure> {
    let table = connection
        .rows(
            "SELECT id, keyspace_name, columnfamily_name, compacted_at, bytes_in, bytes_out \
             FROM system.compaction_history",
        )
        .await?;
    let theirs = table.rows().filter(|row| !is_own(&row.word("keyspace_name")));
    let mut done: Vec<CompactionDone> = theirs
        .map(|row| CompactionDone {
            id: row.word("id"),
            table: format!("{}.{}", row.word("keyspace_name"), row.word("columnfamily_name")),
            ended_at: row.number("compacted_at").unwrap_or_default(),
            bytes_in: natural(row, "bytes_in"),
            bytes_out: natural(row, "bytes_out"),
        })
        .collect();
    done.sort_by(|a, b| (b.ended_at, &b.id).cmp(&(a.ended_at, &a.id)));
    done.truncate(MOST);
    Ok(done)
}

fn natural(row: Row<'_>, column: &str) -> u64 {
    row.number(column).and_then(|number| u64::try_from(number).ok()).unwrap_or_default()
}
