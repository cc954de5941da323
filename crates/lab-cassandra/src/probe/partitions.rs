//! The partitions somebody looks at: where they belong, and what this node alone holds of them.

use std::collections::{BTreeSet, HashMap};

use lab_model::{CassandraNeed, facts::cassandra::CassandraFact};

use super::{
    DEADLINE, Seldom, WHILE_CALM,
    account::{Account, Subject},
};
use crate::{
    Node,
    agent::Jolokia,
    ask::{
        key::{Key, Placed},
        replica,
        rows::{self, Held},
        schema::Schema,
    },
    wire::{Connection, Failure, hex},
};

/// So many looks in a row an agent may miss before CQL is asked in its place: CQL shows less, and what was known would
/// be unknown again.
const PATIENCE: u32 = 5;

/// What is known of partitions between looks.
pub(super) struct Partitions {
    agent: Option<Jolokia>,
    /// Looks that the agent missed since the last one it answered; none if it has no bean for partitions.
    missed: Option<u32>,
    /// By table and key as written, once the node said their bytes.
    keys: HashMap<(String, String), Placed>,
    /// By table and key as written: when to ask for its replicas.
    places: HashMap<(String, String), Seldom>,
}

/// Something is known, or why it cannot be.
type Known<T> = Result<Result<T, String>, Failure>;

impl Partitions {
    pub(super) fn new(node: &Node) -> Self {
        let agent = node.agent.as_ref().map(|agent| Jolokia::new(agent, DEADLINE));
        Self { missed: agent.as_ref().map(|_| 0), agent, keys: HashMap::new(), places: HashMap::new() }
    }

    /// The schema is another: so may keys be.
    pub(super) fn forget(&mut self) {
        self.keys.clear();
        self.places.clear();
        self.missed = self.agent.as_ref().map(|_| 0);
    }

    pub(super) async fn look(
        &mut self,
        connection: &mut Connection,
        account: &Account,
        schema: &Schema,
        (needs, fresh): (&BTreeSet<CassandraNeed>, bool),
    ) -> Result<(), Failure> {
        let wanted = |table: &str, key: &str| {
            needs.contains(&CassandraNeed::Key { table: table.to_owned(), key: key.to_owned() })
        };
        self.places.retain(|(table, key), _| wanted(table, key));
        for need in needs {
            match need {
                CassandraNeed::Key { table, key } => {
                    let place = (table.clone(), key.clone());
                    let asked = self.places.entry(place.clone()).or_insert_with(|| Seldom::every(WHILE_CALM));
                    if !asked.due(fresh) {
                        continue;
                    }
                    match self.place(connection, schema, table, key).await? {
                        Some(fact) => account.hear(Subject::Key(table.clone(), key.clone()), fact),
                        // Nobody was there who knows: that is asked again with the next look.
                        None => {
                            self.places.remove(&place);
                        }
                    }
                }
                CassandraNeed::Rows { table, key } => {
                    let Some(fact) = self.rows(connection, schema, table, key).await? else { continue };
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

    /// None if nobody is there who knows the replicas.
    async fn place(
        &mut self,
        connection: &mut Connection,
        schema: &Schema,
        table: &str,
        written: &str,
    ) -> Result<Option<CassandraFact>, Failure> {
        let (of_table, of_key) = (table.to_owned(), written.to_owned());
        let placed = match self.located(connection, schema, table, written).await? {
            Ok(placed) => placed,
            Err(error) => return Ok(Some(CassandraFact::KeyRefused { table: of_table, key: of_key, error })),
        };
        let (Some(agent), Some((keyspace, name))) = (&mut self.agent, table.split_once('.')) else { return Ok(None) };
        // An agent that is silent keeps nobody from the rest.
        let Ok(Ok(replicas)) = agent.replicas(keyspace, name, &placed.key.for_agent()).await else { return Ok(None) };
        let token = placed.token.to_string();
        Ok(Some(CassandraFact::KeyPlaced { table: of_table, key: of_key, token, replicas }))
    }

    /// None if nothing can be said this time.
    async fn rows(
        &mut self,
        connection: &mut Connection,
        schema: &Schema,
        table: &str,
        written: &str,
    ) -> Result<Option<CassandraFact>, Failure> {
        let (of_table, of_key) = (table.to_owned(), written.to_owned());
        let held = match self.located(connection, schema, table, written).await? {
            Ok(placed) => self.held(connection, schema, table, &placed).await?,
            Err(why) => Some(Err(why)),
        };
        Ok(held.map(|held| match held {
            Ok(Held { rows, more, exact, deleted, ranges, expired_apart, spent }) => CassandraFact::RowsRead {
                table: of_table,
                key: of_key,
                rows,
                more,
                exact,
                deleted,
                ranges,
                expired_apart,
                spent,
            },
            Err(error) => CassandraFact::RowsRefused { table: of_table, key: of_key, error },
        }))
    }

    async fn held(
        &mut self,
        connection: &mut Connection,
        schema: &Schema,
        table: &str,
        placed: &Placed,
    ) -> Result<Option<Result<Held, String>>, Failure> {
        let (Some((keyspace, name)), Some(seen)) = (table.split_once('.'), schema.table(table)) else {
            return Ok(Some(Err(format!("it knows no table {table}"))));
        };
        if let (Some(agent), Some(missed)) = (&mut self.agent, self.missed) {
            let key = hex(&placed.bytes);
            match agent.partition(keyspace, name, key.trim_start_matches("0x"), rows::MOST).await {
                Ok(Ok(said)) => {
                    self.missed = Some(0);
                    return Ok(Some(replica::read(&said, seen, &schema.types(keyspace))));
                }
                Ok(Err(words)) => {
                    tracing::debug!(table, words, "the agent does not tell partitions");
                    self.missed = None;
                }
                Err(failure) if missed < PATIENCE => {
                    tracing::debug!(table, %failure, "no word of the agent about a partition");
                    self.missed = Some(missed + 1);
                    return Ok(None);
                }
                Err(_) => {}
            }
        }
        match rows::read(connection, keyspace, seen, &placed.key).await {
            Ok(held) => Ok(Some(Ok(held))),
            // A node that goes down says so for a moment. That is no word about its rows: what it held is still known.
            Err(Failure::Refused(refusal)) if refusal.words.contains("shutting down") => {
                Err(Failure::NoAnswer(refusal.words))
            }
            Err(Failure::Refused(refusal)) => Ok(Some(Err(refusal.words))),
            Err(silent) => Err(silent),
        }
    }

    async fn located(
        &mut self,
        connection: &mut Connection,
        schema: &Schema,
        table: &str,
        written: &str,
    ) -> Known<Placed> {
        let place = (table.to_owned(), written.to_owned());
        if let Some(placed) = self.keys.get(&place) {
            return Ok(Ok(placed.clone()));
        }
        let Some(seen) = schema.table(table) else { return Ok(Err(format!("it knows no table {table}"))) };
        let key = match Key::read(seen, written) {
            Ok(key) => key,
            Err(why) => return Ok(Err(why)),
        };
        match key.placed(connection).await {
            Ok(placed) => {
                self.keys.insert(place, placed.clone());
                Ok(Ok(placed))
            }
            Err(Failure::Refused(refusal)) => Ok(Err(refusal.words)),
            Err(silent) => Err(silent),
        }
    }
}

/// What a TTL is left of changes every second: no reason to look more often.
fn runs_out(fact: &CassandraFact) -> bool {
    let CassandraFact::RowsRead { rows, .. } = fact else { return false };
    rows.iter().flat_map(|row| &row.cells).any(|cell| cell.ttl.is_some())
}
