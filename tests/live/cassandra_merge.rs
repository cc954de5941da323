//! Differences of every kind, planted on replicas: what our picture says of each is held against a read at ALL.
//!
//! Part of the ring's test, so that no second ring is started. Each case is a partition of its own; the verdicts are taken
//! before anything is read, since a read at ALL mends what it finds.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lab_app::Lab;
use lab_model::{CassandraNeed, Need};
use lab_tests::{act, model, until};
use serde_json::{Value, json};

use super::cassandra_planted::{Case, TABLES, cases};

/// A cell as one can see it: its value, when it was written, whether it will expire.
type Seen = (Option<String>, Option<String>, bool);

/// A read at ALL: the cells of each row by column; none for the row of a partition that has a static row alone.
type Read = BTreeMap<Option<String>, BTreeMap<String, Seen>>;

/// Columns of which a read tells when they were written.
const ATOMIC: [&str; 6] = ["s", "v", "w", "b", "d", "fl"];
const SEVERAL: [&str; 4] = ["l", "st", "m", "u"];

/// Plants all of them, asks for the verdicts, then reads.
pub(crate) async fn verdicts_are_what_a_read_at_all_returns(lab: &Arc<Lab>) {
    for cql in TABLES {
        act(lab, json!({ "do": "cassandra.execute", "cql": cql, "coordinator": "cassandra-1" })).await.unwrap();
    }
    let cases = cases();
    for case in &cases {
        plant(lab, case).await;
    }
    // What was written with a TTL of a second is over, for whoever looks.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    for action in ["cassandra.flush", "cassandra.compact"] {
        act(lab, json!({ "do": action, "node": "cassandra-1", "table": "merge.compacted" })).await.unwrap();
    }
    let rows = |case: &Case| CassandraNeed::Rows { table: case.table.into(), key: case.key.into() };
    let place = |case: &Case| CassandraNeed::Key { table: case.table.into(), key: case.key.into() };
    let wanted: Vec<Need> = cases.iter().flat_map(|case| [rows(case), place(case)]).map(Need::Cassandra).collect();
    let wanted = lab.needs.want(wanted);
    let mut verdicts = Vec::new();
    for case in &cases {
        let told = "replicas.size() == 3 && replicas.all(r, r.known && r.exact)";
        until(lab, "cassandra_replicas", with(case), told).await.unwrap();
        verdicts.push(model(lab, "cassandra_replicas", &with(case)).unwrap());
    }
    drop(wanted);
    let mut wrong = Vec::new();
    for (case, verdict) in cases.iter().zip(&verdicts) {
        let read = if case.table.ends_with(".n") { counter(lab, case).await } else { read(lab, case).await };
        let mut faults = behind(case, verdict);
        faults.extend(ends_differ(case, verdict));
        faults.extend(rows_differ(verdict, &read));
        faults.extend(cells_differ(case, verdict, &read));
        wrong.extend(faults.into_iter().map(|fault| format!("{}: {fault}\n  {verdict}\n  read {read:?}", case.key)));
    }
    assert!(wrong.is_empty(), "{} faults in {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn with(case: &Case) -> Value {
    json!({ "table": case.table, "key": case.key })
}

async fn plant(lab: &Lab, case: &Case) {
    for (nodes, cql) in &case.writes {
        for node in nodes.chars() {
            let write = json!({ "do": "cassandra.write_locally", "node": format!("cassandra-{node}"), "cql": cql });
            act(lab, write).await.unwrap_or_else(|why| panic!("{}: {cql}: {why}", case.key));
        }
    }
}

/// Rows of an answer at ALL.
async fn rows(lab: &Lab, cql: String) -> Vec<Vec<Value>> {
    act(lab, json!({ "do": "cassandra.execute", "cql": cql, "level": "ALL", "coordinator": "cassandra-1" }))
        .await
        .unwrap();
    let heard = model(lab, "cassandra_requests", &json!({ "about": "merge", "limit": 1 })).unwrap();
    assert_eq!(heard["requests"][0]["level"], "ALL", "{heard}");
    serde_json::from_value(heard["requests"][0]["rows"].clone()).unwrap()
}

fn text(datum: &Value) -> Option<String> {
    (datum["kind"] != "null").then(|| datum["text"].as_str().unwrap_or_default().to_owned())
}

async fn read(lab: &Lab, case: &Case) -> Read {
    let reversed = case.table.ends_with(".r");
    let (clustering, atomic, several): (&[&str], &[&str], &[&str]) =
        if reversed { (&["a", "c"], &["v"], &[]) } else { (&["c"], &ATOMIC, &SEVERAL) };
    let of_cell = |name: &&str| [name.to_string(), format!("WRITETIME({name})"), format!("TTL({name})")];
    let asked = clustering.iter().chain(several).map(ToString::to_string).chain(atomic.iter().flat_map(of_cell));
    let asked = asked.collect::<Vec<_>>().join(", ");
    let mut read = Read::new();
    for row in rows(lab, format!("SELECT {asked} FROM {} WHERE k = '{}'", case.table, case.key)).await {
        let (place, rest) = row.split_at(clustering.len());
        let (parts, cells) = rest.split_at(several.len());
        let place = place.iter().map(text).collect::<Option<Vec<_>>>().map(|place| place.join(", "));
        let parts = several.iter().zip(parts).map(|(name, value)| (name.to_string(), (text(value), None, false)));
        let cells = atomic.iter().zip(cells.chunks(3));
        let cells =
            cells.map(|(name, cell)| (name.to_string(), (text(&cell[0]), text(&cell[1]), text(&cell[2]).is_some())));
        read.insert(place, parts.chain(cells).collect());
    }
    read
}

async fn counter(lab: &Lab, case: &Case) -> Read {
    let said = rows(lab, format!("SELECT n FROM {} WHERE k = '{}'", case.table, case.key)).await;
    let row =
        |row: &Vec<Value>| (Some(String::new()), BTreeMap::from([("n".to_owned(), (text(&row[0]), None, false))]));
    said.iter().map(row).collect()
}

fn replicas(verdict: &Value) -> &[Value] {
    verdict["replicas"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The replicas that lack something, as it was thought out for the case.
fn behind(case: &Case, verdict: &Value) -> Vec<String> {
    let named = |which: Value| -> String {
        let mut nodes: Vec<&str> = replicas(verdict)
            .iter()
            .filter(|replica| replica["behind"] == which)
            .filter_map(|replica| replica["node"].as_str()?.strip_prefix("cassandra-"))
            .collect();
        nodes.sort_unstable();
        nodes.concat()
    };
    let (behind, unknown) = (named(json!(true)), named(Value::Null));
    let wanted = (case.behind.to_owned(), case.unknown.to_owned());
    if (behind.clone(), unknown.clone()) == wanted {
        return Vec::new();
    }
    vec![format!("behind are {behind:?}, unknown {unknown:?}, and not {wanted:?}")]
}

/// Whether what is gone was deleted or has expired, on each node.
fn ends_differ(case: &Case, verdict: &Value) -> Vec<String> {
    let Some(gone) = case.gone else { return Vec::new() };
    let mut wrong = Vec::new();
    for replica in replicas(verdict) {
        let cells = list(replica, "rows").iter().flat_map(|row| list(row, "cells")).map(|cell| &cell["gone"]);
        let ends =
            cells.filter(|gone| !gone.is_null()).chain(list(replica, "deletions").iter().map(|gone| &gone["how"]));
        let told: BTreeSet<&str> = ends.filter_map(Value::as_str).collect();
        let number = replica["node"].as_str().and_then(|node| node.strip_prefix("cassandra-")).unwrap_or_default();
        let wanted = gone.iter().filter(|(nodes, _)| nodes.contains(number)).map(|(_, how)| *how).collect();
        if told != wanted {
            wrong.push(format!("on {} is gone: {told:?}, and not {wanted:?}", replica["node"]));
        }
    }
    wrong
}

/// A row that a read of all shows is held or lacked by each replica, and nothing else is lacked.
fn rows_differ(verdict: &Value, read: &Read) -> Vec<String> {
    let mut wrong = Vec::new();
    for replica in replicas(verdict) {
        let held: Vec<&str> = list(replica, "rows")
            .iter()
            .filter(|row| row["is_static"] == false)
            .filter_map(|row| row["clustering"].as_str())
            .collect();
        let (of_all, lacks): (Vec<&str>, Vec<&str>) =
            list(replica, "lacks").iter().filter_map(Value::as_str).partition(|place| *place == "static");
        if !of_all.is_empty() && !read.values().any(|row| row.get("s").is_some_and(|(value, ..)| value.is_some())) {
            wrong.push(format!("{} lacks static columns, which are nowhere", replica["node"]));
        }
        for place in
            read.keys().flatten().filter(|place| !held.contains(&place.as_str()) && !lacks.contains(&place.as_str()))
        {
            wrong.push(format!("{} neither holds nor lacks row {place:?}", replica["node"]));
        }
        for place in lacks.iter().filter(|place| !read.contains_key(&Some((**place).to_owned()))) {
            wrong.push(format!("{} lacks row {place:?}, which is nowhere", replica["node"]));
        }
    }
    wrong
}

/// The word for each cell of each replica is what the read makes of it.
fn cells_differ(case: &Case, verdict: &Value, read: &Read) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut winners: BTreeMap<(Option<String>, String), usize> = BTreeMap::new();
    for replica in replicas(verdict) {
        for row in list(replica, "rows") {
            let place = row["clustering"].as_str().map(str::to_owned).filter(|_| row["is_static"] == false);
            for cell in list(row, "cells") {
                let column = cell["column"].as_str().unwrap_or_default().to_owned();
                let of_read = match &place {
                    Some(_) => read.get(&place),
                    None => read.values().next(),
                };
                let real = of_read.and_then(|row| row.get(&column)).cloned().unwrap_or_default();
                let standing = cell["standing"].as_str().unwrap_or_default();
                if matches!(standing, "same" | "newest" | "part" | "surplus") {
                    *winners.entry((place.clone(), column.clone())).or_default() += 1;
                }
                if !case.unknown.is_empty() && standing == "differs" {
                    *winners.entry((place.clone(), column.clone())).or_default() += 1;
                } else if !fits(standing, SEVERAL.contains(&column.as_str()), &seen(cell), &real) {
                    wrong.push(format!("{} {place:?} {column} is {standing}; read: {real:?}", replica["node"]));
                }
            }
        }
    }
    let shown = read.iter().flat_map(|(place, row)| row.iter().map(move |cell| (place, cell)));
    for (place, (column, _)) in shown.filter(|(_, (column, (value, ..)))| value.is_some() && column.as_str() != "s") {
        if !winners.contains_key(&(place.clone(), column.clone())) {
            wrong.push(format!("nobody holds {column} of {place:?} as it is read"));
        }
    }
    wrong
}

fn seen(cell: &Value) -> Seen {
    (text(&cell["value"]), cell["written_at"].as_str().map(str::to_owned), !cell["ttl"].is_null())
}

fn fits(standing: &str, several: bool, own: &Seen, real: &Seen) -> bool {
    // Of some a read does not tell when they were written.
    let alike = own.0 == real.0 && (several || real.1.is_none() || (&own.1, own.2) == (&real.1, real.2));
    match standing {
        "same" | "newest" => alike,
        "part" if several => !has_more(own, real),
        "part" => own.0 != real.0,
        "surplus" => several && has_more(own, real),
        // A deletion is no value, a later expiry is not to be seen, and a collection may read the same while it is older.
        "older" => !alike || own.0.is_none() || own.2 || several,
        "missing" => own.0.is_none(),
        _ => false,
    }
}

/// All elements of the other one, and more.
fn has_more(own: &Seen, other: &Seen) -> bool {
    let (own, other) = (elements(own), elements(other));
    other.len() < own.len() && other.is_subset(&own)
}

/// The elements of a collection, or the fields of a user's type that are not null.
fn elements((value, ..): &Seen) -> BTreeSet<&str> {
    let inside = value.as_deref().unwrap_or_default().trim_matches(['{', '}', '[', ']']);
    inside.split(", ").filter(|element| !element.is_empty() && !element.ends_with(": null")).collect()
}
