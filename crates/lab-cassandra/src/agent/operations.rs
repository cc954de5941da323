//! What an operator does to one node, as `nodetool` would: each answers when it is done, or with the node's words.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    HINTS_SERVICE, Jolokia, REPLICA, RUNTIME, STORAGE_PROXY, STORAGE_SERVICE, beans::address, call, read, set,
};
use crate::wire::Failure;

/// A refusal is in the node's own words.
type Done<T> = Result<Result<T, String>, Failure>;

/// How far a repair is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RepairStands {
    /// Still under way.
    InProgress,
    /// Ended well; the node's words.
    Completed(String),
    /// Failed; the node's words.
    Failed(String),
}

impl Jolokia {
    /// Addresses of a key's replicas, the owner of the range first.
    pub(crate) async fn replicas(&mut self, keyspace: &str, table: &str, key: &str) -> Done<Vec<String>> {
        let of_text = "getNaturalEndpointsWithPort(java.lang.String,java.lang.String,java.lang.String)";
        let asked = self.one(call(STORAGE_SERVICE, of_text, &[keyspace.into(), table.into(), key.into()])).await?;
        Ok(asked.map(|endpoints| {
            let endpoints = endpoints.as_array().into_iter().flatten();
            endpoints.filter_map(|endpoint| address(endpoint.as_str()?)).collect()
        }))
    }

    /// What the node alone holds of a partition, as our own bean says it; the key's bytes in hex.
    pub(crate) async fn partition(&mut self, keyspace: &str, table: &str, key: &str, rows: usize) -> Done<String> {
        let asked = [keyspace.into(), table.into(), key.into(), rows.into()];
        let told = self.one(call(REPLICA, "read", &asked)).await?;
        Ok(told.map(|told| told.as_str().unwrap_or_default().to_owned()))
    }

    /// Writes a table's memtable out; an empty name means every table of the keyspace.
    pub(crate) async fn flush(&mut self, keyspace: &str, table: &str) -> Done<()> {
        self.done(call(STORAGE_SERVICE, "forceKeyspaceFlush", &[keyspace.into(), json!([table])])).await
    }

    /// Compacts all SSTables of a table into one.
    pub(crate) async fn compact(&mut self, keyspace: &str, table: &str) -> Done<()> {
        let of_tables = "forceKeyspaceCompaction(boolean,java.lang.String,[Ljava.lang.String;)";
        self.done(call(STORAGE_SERVICE, of_tables, &[false.into(), keyspace.into(), json!([table])])).await
    }

    /// Begins a repair; gives its number, 0 if there is nothing to repair.
    pub(crate) async fn begin_repair(&mut self, keyspace: &str, options: &BTreeMap<&str, String>) -> Done<i64> {
        let asked = self.one(call(STORAGE_SERVICE, "repairAsync", &[keyspace.into(), json!(options)])).await?;
        Ok(asked.map(|number| number.as_i64().unwrap_or_default()))
    }

    /// How far repair `number` is.
    pub(crate) async fn repair_stands(&mut self, number: i64) -> Done<RepairStands> {
        let asked = self.one(call(STORAGE_SERVICE, "getParentRepairStatus", &[number.into()])).await?;
        Ok(asked.map(|words| repair_stands(&words)))
    }

    /// Has every repair it coordinates end.
    pub(crate) async fn end_repairs(&mut self) -> Done<()> {
        self.done(call(STORAGE_SERVICE, "forceTerminateAllRepairSessions", &[])).await
    }

    /// Whether hints are written.
    pub(crate) async fn enable_hints(&mut self, enabled: bool) -> Done<()> {
        self.done(set(STORAGE_PROXY, "HintedHandoffEnabled", &enabled.into())).await
    }

    /// For how long after a peer went down hints are written for it.
    pub(crate) async fn set_hint_window(&mut self, milliseconds: i64) -> Done<()> {
        self.done(set(STORAGE_PROXY, "MaxHintWindow", &milliseconds.into())).await
    }

    /// Stops or resumes the delivery of hints.
    pub(crate) async fn pause_hints(&mut self, paused: bool) -> Done<()> {
        self.done(call(HINTS_SERVICE, if paused { "pauseDispatch" } else { "resumeDispatch" }, &[])).await
    }

    /// When the node's process began, Unix milliseconds.
    pub(crate) async fn process(&mut self) -> Done<i64> {
        let asked = self.one(read(RUNTIME, &["StartTime"])).await?;
        Ok(asked.map(|runtime| runtime["StartTime"].as_i64().unwrap_or_default()))
    }

    /// `STARTING`, `JOINING`, `NORMAL`, `LEAVING`, `DECOMMISSIONED`, ….
    pub(crate) async fn mode(&mut self) -> Done<String> {
        let asked = self.one(read(STORAGE_SERVICE, &["OperationMode"])).await?;
        Ok(asked.map(|service| service["OperationMode"].as_str().unwrap_or_default().to_owned()))
    }

    /// Gives all data to the others and leaves the ring. Answers when that is done.
    pub(crate) async fn decommission(&mut self, force: bool) -> Done<()> {
        self.done(call(STORAGE_SERVICE, "decommission(boolean)", &[force.into()])).await
    }

    async fn done(&mut self, question: Value) -> Done<()> {
        Ok(self.one(question).await?.map(|_| ()))
    }
}

/// The first word is the state, the others are messages.
fn repair_stands(words: &Value) -> RepairStands {
    let words: Vec<&str> = words.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match words.split_first() {
        Some((&"COMPLETED", messages)) => RepairStands::Completed(messages.join("\n")),
        Some((&"FAILED", messages)) => RepairStands::Failed(messages.join("\n")),
        _ => RepairStands::InProgress,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repair_that_is_not_known_yet_goes_on() {
        assert_eq!(repair_stands(&Value::Null), RepairStands::InProgress);
        assert_eq!(repair_stands(&json!(["IN_PROGRESS"])), RepairStands::InProgress);
        let said = json!(["COMPLETED", "Repair completed successfully", "and more"]);
        assert_eq!(repair_stands(&said), RepairStands::Completed("Repair completed successfully\nand more".into()));
        assert_eq!(repair_stands(&json!(["FAILED", "why"])), RepairStands::Failed("why".into()));
    }
}
