//! Names of secrets: Airflow hides what stands under them. An action's arguments stand in the journal and in its line by hand,
//! so no secret may be given to one; the schema refuses it before anything is noted.

/// A value under a name with one of these in it is hidden by Airflow (`DEFAULT_SENSITIVE_FIELDS`), whatever stands between
/// the words of a name.
const WORDS: [&str; 20] = [
    "access_key",
    "api_key",
    "apikey",
    "auth_header",
    "authorization",
    "bearer",
    "connection_string",
    "dsn",
    "passphrase",
    "passwd",
    "password",
    "private_key",
    "proxy",
    "proxies",
    "secret",
    "service_account",
    "service_key",
    "token",
    "keyfile_dict",
    "webhook_url",
];

/// A pattern for JSON Schema: no name of a secret is in the name.
pub(super) fn no_name() -> String {
    format!("(?is)^(?!.*(?:{}))", words())
}

/// A pattern for JSON Schema: no name of a secret is a key in the text, if it is JSON.
pub(super) fn no_key() -> String {
    format!("(?is)^(?!.*\"[^\"]*(?:{})[^\"]*\"\\s*:)", words())
}

fn words() -> String {
    WORDS.map(|word| word.replace('_', "[\\W_]+")).join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_are_of_airflows_words() {
        assert!(no_name().starts_with("(?is)^(?!.*(?:access[\\W_]+key|api[\\W_]+key|apikey|"), "{}", no_name());
        assert!(no_key().ends_with("|webhook[\\W_]+url)[^\"]*\"\\s*:)"), "{}", no_key());
    }
}
