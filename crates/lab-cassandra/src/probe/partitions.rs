//! The partitions somebody looks at: where they belong, and what this node alone holds of them.

use std::collections::{BTreeSet, HashMap};

use lab_model::{CassandraNeed, facts::cassandra::CassandraFact};

use super::{
    DEADLINE,
    account::{Account, Subject},
};
use crate::{
    Node,
    agent::Jolokia,
    ask::{key::Key, rows, schema::Schema},
    wire::{Connection, Failure},
};

/// What is known of partitions between looks.
pub(super) struct Partitions {
    agent: Option<Jolokia>,
    /// By table and key as written: it, and its token once somebody wanted it.
    keys: HashMap<(String, String), (Key, Option<i64>)>,
}

impl Partitions {
    pub(super) fn new(node: &Node) -> Self {
        Self { agent: node.agent.as_ref().map(|agent| Jolokia::new(agent, DEADLINE)), keys: HashMap::new() }
    }

    /// The schema is another: so may keys be.
    pub(super) fn forget(&mut self) {
        self.keys.clear();
    }

    pub(super) async fn look(
        &mut self,
        connection: &mut Connection,
        account: &Account,
        schema: &Schema,
        needs: &BTreeSet<CassandraNeed>,
    ) -> Result<(), Failure> {
        for need in needs {
            match need {
                CassandraNeed::Key { table, key } => {
                    let placed = self.place(connection, schema, table, key).await;
                    if let Some(fact) = or_silent(placed)? {
                        account.hear(Subject::Key(table.clone(), key.clone()), fact);
                    }
                }
                CassandraNeed::Rows { table, key } => {
                    let fact = self.rows(connection, schema, table, key).await?;
                    let subject = Subject::Rows(table.clone(), key.clone());
                    if runs_out(&fact) {
                        account.hear_calmly(subject, fact);
                    } else {
                        account.hear(subject, fact);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// None if there is no such table, or no such key, or nobody who knows the replicas.
    async fn place(
        &mut self,
        connection: &mut Connection,
        schema: &Schema,
        table: &str,
        written: &str,
    ) -> Result<Option<CassandraFact>, Failure> {
        let Ok(key) = self.key(schema, table, written) else { return Ok(None) };
        let place = (table.to_owned(), written.to_owned());
        let token = match self.keys.get(&place) {
            Some((_, Some(token))) => *token,
            _ => {
                let token = key.token(connection).await?;
                self.keys.insert(place, (key.clone(), Some(token)));
                token
            }
        };
        let (Some(agent), Some((keyspace, name))) = (&mut self.agent, table.split_once('.')) else { return Ok(None) };
        // An agent that is silent keeps nobody from the rest.
        let Ok(Ok(replicas)) = agent.replicas(keyspace, name, &key.for_agent()).await else { return Ok(None) };
        Ok(Some(CassandraFact::KeyPlaced {
            table: table.to_owned(),
            key: written.to_owned(),
            token: token.to_string(),
            replicas,
        }))
    }

    async fn rows(
        &mut self,
        connection: &mut Connection,
        schema: &Schema,
        table: &str,
        written: &str,
    ) -> Result<CassandraFact, Failure> {
        let (of_table, of_key) = (table.to_owned(), written.to_owned());
        let refused = |error: String| CassandraFact::RowsRefused { table: of_table, key: of_key, error };
        let key = match self.key(schema, table, written) {
            Ok(key) => key,
            Err(why) => return Ok(refused(why)),
        };
        let (Some((keyspace, _)), Some(seen)) = (table.split_once('.'), schema.table(table)) else {
            return Ok(refused(format!("it knows no table {table}")));
        };
        match rows::read(connection, keyspace, seen, &key).await {
            Ok((rows, more)) => {
                Ok(CassandraFact::RowsRead { table: table.to_owned(), key: written.to_owned(), rows, more })
            }
            // A node that goes down says so for a moment. That is no word about its rows: what it held is still known.
            Err(Failure::Refused(refusal)) if refusal.words.contains("shutting down") => {
                Err(Failure::NoAnswer(refusal.words))
            }
            Err(Failure::Refused(refusal)) => Ok(refused(refusal.words)),
            Err(silent) => Err(silent),
        }
    }

    fn key(&mut self, schema: &Schema, table: &str, written: &str) -> Result<Key, String> {
        let place = (table.to_owned(), written.to_owned());
        if let Some((key, _)) = self.keys.get(&place) {
            return Ok(key.clone());
        }
        let seen = schema.table(table).ok_or_else(|| format!("it knows no table {table}"))?;
        let key = Key::read(seen, written)?;
        self.keys.insert(place, (key.clone(), None));
        Ok(key)
    }
}

/// What a TTL is left of changes every second: no reason to look more often.
fn runs_out(fact: &CassandraFact) -> bool {
    let CassandraFact::RowsRead { rows, .. } = fact else { return false };
    rows.iter().flat_map(|row| &row.cells).any(|cell| cell.ttl.is_some())
}

fn or_silent<T>(read: Result<Option<T>, Failure>) -> Result<Option<T>, Failure> {
    match read {
        Err(failure) if failure.is_refusal() => {
            tracing::debug!(%failure, "a key was refused");
            Ok(None)
        }
        other => other,
    }
}
