//! Picture, table and sentence of a table's storage.

use super::{Model, Params, Sstable, State, Store, fold::{File, Files, Stored}};
use crate::{
    Gaps, Projection, Table,
    parts::{
        schema::as_stored,
        words::{answers, cell, count, said, short},
    },
};

/// Ended compactions shown of each node.
const COMPACTED: usize = 10;
/// Letters shown of a table in what is waited for.
const LETTERS: usize = 40;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let name = as_stored(&params.table);
    let schema = &state.members.ring.schema;
    let exists = schema.has(&name);
    let nodes: Vec<Store> = state.members.in_use().iter().map(|node| store(state, node, &name)).collect();
    let known = exists == Some(false) || state.stores.values().any(|stored| stored.told(&name));
    let model = Model { table: name.clone(), exists, nodes };
    let summary = schema.why_not(&name).map_or_else(|| summary(&model, known), |why| said(&why));
    Projection { table: table(&model), summary, known, model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let name = as_stored(&params.table);
    let schema = &state.members.ring.schema;
    if let Some(refusal) = schema.why_not(&name) {
        return Gaps { refusal: Some(refusal), awaits: Vec::new() };
    }
    let missing = schema.has(&name).is_none().then(|| format!("table {}", short(&name, LETTERS)));
    let speak = state.members.may_speak();
    let stores: Vec<Store> = state.members.in_use().iter().map(|node| store(state, node, &name)).collect();
    // A sidecar looks at the files also of a node that is gone.
    let files = stores.iter().filter(|store| !store.looked_at).map(|store| format!("files of {}", store.node));
    let silent = stores.iter().filter(|store| {
        speak.contains(&store.node) && (store.memtable_bytes.is_none() || store.commit_log_bytes.is_none() || !store.compactions_told)
    });
    let counters = silent.map(|store| format!("what {} counts of it", store.node));
    Gaps { refusal: None, awaits: missing.into_iter().chain(files).chain(counters).collect() }
}

fn store(state: &State, node: &str, table: &str) -> Store {
    let nothing = Stored::default();
    let stored = state.stores.get(node).unwrap_or(&nothing);
    let (counted, files) = stored.of(table, state.members.answers(node));
    let heard = state.members.shown(node);
    // A node that does not answer cannot say how long its commit log is; its files can.
    let own = stored.commit_log.filter(|_| state.members.answers(node) || stored.segments.is_none());
    let mut compacted: Vec<_> = stored.done.iter().filter(|done| done.table == table).collect();
    compacted.sort_by_key(|done| std::cmp::Reverse(done.ended_at));
    Store {
        node: node.to_owned(),
        heard: heard.hearing,
        heard_at: heard.at,
        running_since: stored.running_since,
        memtable_bytes: counted.map(|counted| counted.memtable_bytes),
        memtable_cells: counted.map(|counted| counted.memtable_cells),
        flushes: counted.map(|counted| counted.flushes),
        looked_at: files.is_some(),
        compactions_told: stored.listed,
        sstables: sstables(files.unwrap_or_default()),
        commit_log_bytes: own.or(stored.segments.map(|(_, bytes)| bytes)),
        commit_log_segments: stored.segments.map(|(segments, _)| segments),
        local_reads: counted.map(|counted| counted.reads),
        local_writes: counted.map(|counted| counted.writes),
        compacting: stored.running.iter().filter(|running| running.table == table).map(Into::into).collect(),
        compacted: compacted.into_iter().take(COMPACTED).map(Into::into).collect(),
    }
}

fn sstables(files: Files) -> Vec<Sstable> {
    let mut all: Vec<Sstable> = files
        .into_iter()
        .map(|(generation, File { bytes, seen_at, written_at })| Sstable { generation, bytes, seen_at, written_at })
        .collect();
    let number = |sstable: &Sstable| sstable.generation.parse().unwrap_or(u64::MAX);
    all.sort_by(|a, b| (a.seen_at, number(a), &a.generation).cmp(&(b.seen_at, number(b), &b.generation)));
    all
}

fn summary(model: &Model, known: bool) -> String {
    let Model { table, .. } = model;
    if !known {
        return format!("No node has said yet how it stores {table}.");
    }
    let mut said = vec![format!("{table}:")];
    said.extend(model.nodes.iter().map(one));
    said.join(" ")
}

fn one(store: &Store) -> String {
    let memtable = match (store.memtable_bytes, store.memtable_cells) {
        (Some(bytes), Some(cells)) => format!("{} ({bytes} bytes) in the memtable, ", count(cells, "cell")),
        _ => String::new(),
    };
    let bytes = store.sstables.iter().map(|sstable| sstable.bytes).fold(0, u64::saturating_add);
    let sstables = match store.sstables.len() {
        _ if !store.looked_at => "files that were not looked at yet".to_owned(),
        0 => "no SSTable".to_owned(),
        some => format!("{} of {bytes} bytes", count(some, "SSTable")),
    };
    let compacting = store.compacting.first().map(|one| format!(", {} at {} %", one.kind, one.percent)).unwrap_or_default();
    format!("{} has {memtable}{sstables}{compacting}.", store.node)
}

fn table(model: &Model) -> Table {
    let heads = [
        "Node", "Answers", "#Memtable (bytes)", "#Cells in it", "#Flushes", "#SSTables", "#Their bytes", "#Commit log (bytes)",
        "#Segments", "#Local reads", "#Local writes", "Compacting", "#Compactions ended",
    ];
    let mut table = Table::new(&heads);
    for store in &model.nodes {
        let bytes = store.sstables.iter().map(|sstable| sstable.bytes).fold(0, u64::saturating_add);
        let compacting: Vec<String> =
            store.compacting.iter().map(|running| format!("{} {} %", running.kind, running.percent)).collect();
        table.row([
            store.node.clone(),
            answers(store.heard, store.heard_at),
            cell(store.memtable_bytes),
            cell(store.memtable_cells),
            cell(store.flushes),
            cell(store.looked_at.then_some(store.sstables.len())),
            cell(store.looked_at.then_some(bytes)),
            cell(store.commit_log_bytes),
            cell(store.commit_log_segments),
            cell(store.local_reads),
            cell(store.local_writes),
            if store.compactions_told { compacting.join(", ") } else { "not known".to_owned() },
            cell(store.compactions_told.then_some(store.compacted.len())),
        ]);
    }
    table
}
