//! The statement a load sends. No node.

use std::collections::BTreeMap;

use lab_model::facts::cassandra::ColumnSeen;
use serde_json::json;

use super::*;

fn table(columns: &[(&str, &str, &str)]) -> TableSeen {
    let column = |(name, kind, cql_type): &(&str, &str, &str)| ColumnSeen {
        name: (*name).into(),
        kind: (*kind).into(),
        cql_type: (*cql_type).into(),
    };
    TableSeen {
        name: "t".into(),
        columns: columns.iter().map(column).collect(),
        id: String::new(),
        options: BTreeMap::new(),
    }
}

fn load(kind: &str) -> RunLoad {
    serde_json::from_value(json!({ "table": "lab.t", "kind": kind })).unwrap()
}

#[test]
fn what_cannot_be_made_is_left_out_or_refused() {
    let columns = [
        ("k", "partition_key", "text"),
        ("at", "clustering", "int"),
        ("v", "regular", "int"),
        ("s", "regular", "set<int>"),
    ];
    let (cql, makers) = load("write").statement(&table(&columns)).unwrap();
    assert_eq!(cql, "INSERT INTO lab.t (\"k\", \"at\", \"v\") VALUES (?, ?, ?)");
    assert_eq!(makers.len(), 3);
    let (cql, makers) = load("read").statement(&table(&columns)).unwrap();
    assert_eq!((cql.as_str(), makers.len()), ("SELECT * FROM lab.t WHERE \"k\" = ? LIMIT 10", 1));
    for unmade in [[("k", "partition_key", "duration")], [("c", "regular", "counter")]] {
        assert!(load("write").statement(&table(&unmade)).is_err());
    }
}
