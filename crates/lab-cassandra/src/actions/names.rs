//! Names of keyspaces and tables, and replication, as CQL has them.

use std::collections::BTreeMap;

use lab_probe::action::check_range;

/// Cassandra's own rule for names of keyspaces and tables, told before Cassandra must. Capitals would need quotes.
pub(super) fn check_word(what: &str, name: &str) -> Result<(), String> {
    let legal = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let begins = name.chars().next().is_some_and(|letter| letter.is_ascii_lowercase());
    if !begins || name.len() > 48 || !name.chars().all(legal) {
        return Err(format!("`{what}` must be 1 to 48 small letters, digits or underscores, not `{name}`"));
    }
    Ok(())
}

/// `keyspace.table`.
pub(super) fn check_table(table: &str) -> Result<(), String> {
    let (keyspace, name) = split_table(table);
    if name.is_empty() {
        return Err(format!("`table` must be written `keyspace.table`, not `{table}`"));
    }
    check_word("table", keyspace)?;
    check_word("table", name)
}

/// Keyspace and table.
pub(super) fn split_table(table: &str) -> (&str, &str) {
    table.split_once('.').unwrap_or((table, ""))
}

/// Replication factors by data center, as CQL.
pub(super) fn replication(factors: &BTreeMap<String, u32>) -> String {
    let factors = factors.iter().map(|(place, factor)| format!(", '{place}': {factor}"));
    format!("{{'class': 'NetworkTopologyStrategy'{}}}", factors.collect::<String>())
}

/// Factors that make sense.
pub(super) fn check_replication(factors: &BTreeMap<String, u32>) -> Result<(), String> {
    if factors.is_empty() {
        return Err("`replication` must name a data center".into());
    }
    for (place, factor) in factors {
        let legal = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
        if place.is_empty() || !place.chars().all(legal) {
            return Err(format!("`replication` names `{place}`, which is no data center's name"));
        }
        check_range(&format!("replication.{place}"), *factor, 0, 100)?;
    }
    Ok(())
}
