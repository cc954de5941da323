//! What a statement is for, told from its first words.

use lab_model::facts::cassandra::RequestKind;

/// The kind of a statement.
pub(super) fn kind_of(cql: &str) -> RequestKind {
    let words = words(cql);
    match words.first().map(String::as_str) {
        Some("SELECT") => RequestKind::Read,
        Some("INSERT" | "UPDATE" | "DELETE" | "BEGIN") => {
            let conditional = words.iter().any(|word| word == "IF");
            if conditional { RequestKind::Conditional } else { RequestKind::Write }
        }
        Some("CREATE" | "ALTER" | "DROP" | "TRUNCATE") => RequestKind::Schema,
        _ => RequestKind::Other,
    }
}

/// Words outside of quotes and comments, in capitals.
fn words(cql: &str) -> Vec<String> {
    let mut bare = String::with_capacity(cql.len());
    let mut rest = cql;
    while let Some(letter) = rest.chars().next() {
        let skipped = match letter {
            '\'' | '"' => rest[1..].find(letter).map_or(rest.len(), |end| end + 2),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            other => {
                bare.push(other);
                rest = &rest[other.len_utf8()..];
                continue;
            }
        };
        bare.push(' ');
        rest = &rest[skipped..];
    }
    bare.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (cql, kind) in [
            ("select * from t", RequestKind::Read),
            ("  -- IF\n INSERT INTO t (k) VALUES ('IF')", RequestKind::Write),
            ("INSERT INTO t (k) VALUES ('it''s') IF NOT EXISTS", RequestKind::Conditional),
            ("UPDATE t SET v = 1 WHERE k = 1 if v=2", RequestKind::Conditional),
            ("BEGIN BATCH UPDATE \"IF\" SET v = 1; APPLY BATCH", RequestKind::Write),
            ("/* x */ CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY)", RequestKind::Schema),
            ("USE lab", RequestKind::Other),
            ("'unfinished", RequestKind::Other),
            ("/* unfinished", RequestKind::Other),
            ("", RequestKind::Other),
        ] {
            assert_eq!(kind_of(cql), kind, "{cql}");
        }
    }
}
