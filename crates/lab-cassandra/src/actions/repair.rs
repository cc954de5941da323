//! `cassandra.repair`

use lab_model::Problem;
use lab_probe::action::{Verb, failed};
use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::sleep;

use super::{
    Actions, ByHand, Scope,
    names::{check_table, check_word, split_table},
    operate::{QUICK, agent},
};
use crate::{
    Node,
    agent::{Jolokia, RepairStands},
    error,
};

/// Between two looks at how far it is.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Repairs a keyspace or a table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Repair {
    /// The keyspace.
    keyspace: String,
    /// The table, without the keyspace; else all of it.
    #[serde(default)]
    table: Option<String>,
    /// What is done.
    #[serde(default)]
    mode: Mode,
    /// The node that coordinates it: what it is a replica of is repaired. The first unless told.
    #[serde(default)]
    node: Option<String>,
}

/// How much is compared, and what is done about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// All data is compared, and differences are mended.
    #[default]
    Full,
    /// All data is compared, and nothing is mended.
    Preview,
    /// Data that was never repaired is compared and mended: nodetool's default.
    Incremental,
}

impl Mode {
    fn options(self) -> [(&'static str, &'static str); 2] {
        match self {
            Self::Full => [("incremental", "false"), ("previewKind", "NONE")],
            Self::Preview => [("incremental", "false"), ("previewKind", "ALL")],
            Self::Incremental => [("incremental", "true"), ("previewKind", "NONE")],
        }
    }

    fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Full => &["--full"],
            Self::Preview => &["--full", "--preview"],
            Self::Incremental => &[],
        }
    }
}

impl Verb<Actions> for Repair {
    const NAME: &'static str = "cassandra.repair";
    const TITLE: &'static str = "Repair";
    const SAYS: &'static str = "Compares what the replicas hold and sends each what it lacks.";

    fn check(&self) -> Result<(), String> {
        check_word("keyspace", &self.keyspace)?;
        let table = self.table.as_deref().map(|table| format!("{}.{table}", self.keyspace));
        table.map_or(Ok(()), |table| check_table(&table))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let mut words = vec!["repair"];
        words.extend(self.mode.flags());
        words.push(&self.keyspace);
        words.extend(self.table.as_deref());
        vec![place.nodetool(self.node.as_deref(), &words)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let nodes = scope.nodes(self.node.as_deref())?;
        let node = *nodes.first().ok_or_else(|| error::silent("there are no nodes"))?;
        let mut jolokia = agent(node, QUICK)?;
        let doing = self.doing();
        tokio::select! {
            done = self.repair(scope, node, &mut jolokia, &doing) => done,
            () = scope.cancel.cancelled() => {
                let ended = agent(node, QUICK)?.end_repairs().await;
                let so_far = if matches!(ended, Ok(Ok(()))) {
                    format!("{} was told to end its repairs", node.name)
                } else {
                    format!("{} may still be repairing", node.name)
                };
                Err(failed::cancelled(&so_far))
            }
        }
    }
}

impl Repair {
    fn doing(&self) -> String {
        let table = self.table.as_deref().map(|table| format!(".{table}")).unwrap_or_default();
        format!("repair {}{table}", self.keyspace)
    }

    fn options(&self) -> BTreeMap<&'static str, String> {
        let mut options: BTreeMap<&str, String> =
            self.mode.options().into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        options.insert("parallelism", "parallel".into());
        options.insert("primaryRange", "false".into());
        options.insert("trace", "false".into());
        if let Some(table) = &self.table {
            options.insert("columnFamilies", table.clone());
        }
        options
    }

    async fn repair(&self, scope: &Scope, node: &Node, jolokia: &mut Jolokia, doing: &str) -> Result<String, Problem> {
        let asking = |failure| error::asking(doing, &node.name, &failure);
        let refused = |words: String| error::refused(doing, &node.name, &words);
        let begun = jolokia.begin_repair(&self.keyspace, &self.options()).await.map_err(asking)?;
        let number = begun.map_err(refused)?;
        if number == 0 {
            return Ok(format!(
                "nothing to repair: {} has one replica, or {} holds none of it",
                self.keyspace, node.name
            ));
        }
        scope.report(doing, format!("coordinated by {}", node.name), 0, 0, "");
        loop {
            let stands = jolokia.repair_stands(number).await.map_err(asking)?.map_err(refused)?;
            match stands {
                RepairStands::InProgress => sleep(LOOK_AGAIN).await,
                RepairStands::Completed(words) => return Ok(self.words(node, &words)),
                RepairStands::Failed(words) => return Err(refused(words)),
            }
        }
    }

    fn words(&self, node: &Node, said: &str) -> String {
        let (keyspace, _) = split_table(&self.keyspace);
        let what = self.table.as_deref().map_or_else(|| keyspace.to_owned(), |table| format!("{keyspace}.{table}"));
        match self.mode {
            Mode::Preview => format!("{what} compared by {}, nothing was changed: {}", node.name, said.trim()),
            _ => format!("{what} repaired, coordinated by {}", node.name),
        }
    }
}
