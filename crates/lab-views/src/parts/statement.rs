//! What a CQL statement names. It is never parsed further than that: what it did is told by the engine.

use std::collections::BTreeSet;

/// Keyspaces and `keyspace.table`s that a statement names, in lower case.
pub(crate) fn names(cql: &str) -> BTreeSet<String> {
    let words = words(cql);
    let mut names = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        if let Some((keyspace, table)) = word.split_once('.')
            && begins_a_name(keyspace)
            && begins_a_name(table)
        {
            names.extend([word.clone(), keyspace.to_owned()]);
        }
        if matches!(word.as_str(), "keyspace" | "use") {
            let rest = words[at + 1..].iter().find(|word| !matches!(word.as_str(), "if" | "not" | "exists"));
            names.extend(rest.cloned());
        }
    }
    names
}

/// Whether a statement names a `keyspace.table` or a keyspace; without one every statement does.
pub(crate) fn is_about(cql: &str, about: Option<&str>) -> bool {
    about.is_none_or(|about| names(cql).contains(&about.to_lowercase()))
}

/// Whether a statement names a table, with or without its keyspace.
pub(crate) fn mentions(cql: &str, table: &str) -> bool {
    let table = table.to_lowercase();
    words(cql).iter().any(|word| word.rsplit('.').next() == Some(table.as_str()))
}

fn begins_a_name(part: &str) -> bool {
    part.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Words with their dots, in lower case, without what stands in quotes of text or in comments.
fn words(cql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut in_text = false;
    for letter in cql.chars() {
        match letter {
            '\'' => in_text = !in_text,
            _ if in_text => {}
            // Quoted names stand without their quotes.
            '"' => continue,
            _ if letter.is_alphanumeric() || matches!(letter, '_' | '.') => {
                word.extend(letter.to_lowercase());
                continue;
            }
            _ => {}
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(cql: &str) -> Vec<String> {
        names(cql).into_iter().collect()
    }

    #[test]
    fn statements_name_tables_and_keyspaces() {
        assert_eq!(
            named("SELECT temp FROM weather.Readings WHERE station = 'x.y' AND at = 1.5"),
            ["weather", "weather.readings"]
        );
        assert_eq!(named("CREATE KEYSPACE IF NOT EXISTS shop WITH replication = {'class': 'a.b'}"), ["shop"]);
        assert_eq!(named("USE \"shop\""), ["shop"]);
        assert_eq!(named("INSERT INTO readings (a) VALUES (1.0)"), [""; 0]);
    }

    #[test]
    fn a_statement_is_about_what_it_names() {
        let cql = "UPDATE weather.readings SET temp = 3 WHERE station = 'oslo'";
        assert!(is_about(cql, None));
        assert!(is_about(cql, Some("weather.readings")));
        assert!(is_about(cql, Some("weather")));
        assert!(!is_about(cql, Some("readings")));
        assert!(!is_about(cql, Some("oslo")));
    }
}
