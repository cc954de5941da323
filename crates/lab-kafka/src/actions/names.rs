//! Names as Kafka allows them.

/// Kafka's own rule for the names of topics, told before Kafka must.
pub(super) fn check_topic(topic: &str) -> Result<(), String> {
    let legal = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    if topic.is_empty() || topic.len() > 249 || matches!(topic, "." | "..") || !topic.chars().all(legal) {
        return Err(format!("`topic` must be 1 to 249 letters, digits, dots, underscores or hyphens, not `{topic}`"));
    }
    Ok(())
}
