//! `cassandra.run_load`

mod sending;
mod tally;
mod values;

use lab_model::{
    Problem,
    facts::cassandra::{RequestKind, TableSeen},
};
use lab_probe::action::{Verb, check_name, check_range, failed};
use schemars::JsonSchema;
use serde::Deserialize;

use self::{sending::Load, values::Maker};
use super::{
    Actions, ByHand, Scope,
    names::{check_table, split_table},
};
use crate::{ask::key::name, error, level::Level};

/// Rows a read of one partition asks for at most.
const ROWS_READ: usize = 10;

/// Sends many requests.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunLoad {
    /// `keyspace.table`. Values are made by the columns' types; collections are left out.
    table: String,
    /// What is sent.
    #[serde(default)]
    kind: Kind,
    /// How many requests.
    #[serde(default = "thousand")]
    #[schemars(range(min = 1, max = 1_000_000))]
    count: u64,
    /// How many replicas must answer; `ONE` unless told.
    #[serde(default)]
    level: Level,
    /// The node that coordinates all of them; else a replica of each key does.
    #[serde(default)]
    coordinator: Option<String>,
    /// Requests a second; as many as go unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100_000))]
    rate: Option<u32>,
    /// Requests under way at once.
    #[serde(default = "thirty_two")]
    #[schemars(range(min = 1, max = 512))]
    in_flight: u32,
    /// Different keys, used in turn; as many as requests unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1_000_000))]
    keys: Option<u64>,
    /// The name under which the load is told.
    #[serde(default = "load")]
    #[schemars(length(min = 1, max = 60))]
    client: String,
    /// Count as success even if requests fail.
    #[serde(default)]
    refusals_ok: bool,
}

/// What a load sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// One INSERT for each request.
    #[default]
    Write,
    /// One SELECT of a key for each request.
    Read,
}

fn thousand() -> u64 {
    1000
}

fn thirty_two() -> u32 {
    32
}

fn load() -> String {
    "load".into()
}

impl Verb<Actions> for RunLoad {
    const NAME: &'static str = "cassandra.run_load";
    const TITLE: &'static str = "Run a load";
    const SAYS: &'static str = "Sends many writes or reads of a table, and counts exactly how they end.";

    fn check(&self) -> Result<(), String> {
        check_table(&self.table)?;
        check_range("count", self.count, 1, 1_000_000)?;
        check_range("in_flight", self.in_flight, 1, 512)?;
        self.rate.map_or(Ok(()), |rate| check_range("rate", rate, 1, 100_000))?;
        self.keys.map_or(Ok(()), |keys| check_range("keys", keys, 1, 1_000_000))?;
        if self.level == Level::NodeLocal {
            return Err("`level = \"NODE_LOCAL\"` is not for loads: use `cassandra.write_locally`".into());
        }
        check_name("client", &self.client)
    }

    fn by_hand(&self, _place: &ByHand) -> Vec<String> {
        let what = match self.kind {
            Kind::Write => "write",
            Kind::Read => "read",
        };
        let (count, level) = (self.count, self.level);
        vec![format!(
            "# Cassandra's own tool for loads is cassandra-stress, which is not in the image; it makes a table of its \
             own: cassandra-stress {what} n={count} cl={level}"
        )]
    }

    fn unseen(&self) -> &'static str {
        "Only the button does this."
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        scope.nodes(self.coordinator.as_deref())?;
        let table = scope.or_cancelled("do nothing", self.table(scope)).await??;
        let (cql, makers) = self.statement(&table)?;
        let load = Load {
            table: self.table,
            kind: if self.kind == Kind::Write { RequestKind::Write } else { RequestKind::Read },
            level: self.level,
            count: self.count,
            keys: self.keys.unwrap_or(self.count),
            in_flight: u64::from(self.in_flight),
            rate: self.rate,
            client: self.client,
            cql,
            makers,
        };
        load.run(scope, self.coordinator.as_deref(), self.refusals_ok).await
    }
}

impl RunLoad {
    /// The table as the first node that answers has it.
    async fn table(&self, scope: &Scope) -> Result<TableSeen, Problem> {
        scope.driver.forget_tables();
        let (node, mut connection) = scope.driver.any().await?;
        let table = scope.driver.table(&mut connection, &self.table).await;
        let table = table.map_err(|failure| error::asking("read the schema", &node, &failure))?;
        table.ok_or_else(|| failed::not_now(&format!("There is no table {}", self.table), "Create it first."))
    }

    /// The statement with its marks, and what goes into each.
    fn statement(&self, table: &TableSeen) -> Result<(String, Vec<Maker>), Problem> {
        let (keyspace, named) = split_table(&self.table);
        let invalid = |what: String| failed::invalid(Self::NAME, &what);
        let (mut columns, mut makers) = (Vec::new(), Vec::new());
        for column in &table.columns {
            let key = column.kind == "partition_key";
            if self.kind == Kind::Read && !key {
                continue;
            }
            match Maker::of(&column.cql_type, key) {
                Some(maker) => {
                    columns.push(name(&column.name));
                    makers.push(maker);
                }
                None if matches!(column.kind.as_str(), "partition_key" | "clustering") => {
                    let what = format!("`table` has a key of type {}, for which no values are made", column.cql_type);
                    return Err(invalid(what));
                }
                None if column.cql_type == "counter" => {
                    return Err(invalid("`table` has counters, which no load writes".into()));
                }
                None => {}
            }
        }
        let cql = match self.kind {
            Kind::Write => {
                let marks = vec!["?"; columns.len()].join(", ");
                format!("INSERT INTO {keyspace}.{named} ({}) VALUES ({marks})", columns.join(", "))
            }
            Kind::Read => {
                let keys: Vec<String> = columns.iter().map(|column| format!("{column} = ?")).collect();
                format!("SELECT * FROM {keyspace}.{named} WHERE {} LIMIT {ROWS_READ}", keys.join(" AND "))
            }
        };
        Ok((cql, makers))
    }
}

#[cfg(test)]
mod tests;
