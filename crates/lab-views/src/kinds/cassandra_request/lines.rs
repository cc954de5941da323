//! What a line of a trace says. The texts are Cassandra 5.0's; a line that is none of them is only shown.

use super::About;

/// A line's meaning. Addresses are bare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A message was sent.
    Sent { verb: &'a str, to: &'a str },
    /// A message was received.
    Received { verb: &'a str, from: &'a str },
    /// The coordinator is about to ask a replica for data, or for a digest only.
    Asks { digest: bool, replica: &'a str },
    /// The coordinator waits for a slow one no longer and is about to ask another one.
    Speculates { replica: &'a str },
    /// The coordinator is about to send a replica what it lacks.
    Repairs { replica: &'a str },
    /// Replicas' answers differed.
    Mismatch,
    /// A table is read.
    Reads { table: &'a str },
    /// A table's memtable is written to.
    Writes { table: &'a str },
    /// A hint is kept for a replica.
    Hints { replica: &'a str },
    /// Anything else.
    Other,
}

/// Reads a line.
pub(super) fn parse(activity: &str) -> Line<'_> {
    message(activity).or_else(|| intention(activity)).or_else(|| work(activity)).unwrap_or(Line::Other)
}

fn message(activity: &str) -> Option<Line<'_>> {
    if let Some((verb, from)) = activity.split_once(" message received from ") {
        return Some(Line::Received { verb, from: address(from)? });
    }
    let (verb, to) = activity.strip_prefix("Sending ")?.split_once(" message to ")?;
    Some(Line::Sent { verb, to: address(to)? })
}

fn intention(activity: &str) -> Option<Line<'_>> {
    let after = |start: &str| activity.split_once(start).and_then(|(_, rest)| address(rest));
    if let Some(replica) = after("read-repair-mutation to ") {
        return Some(Line::Repairs { replica });
    }
    if let Some(replica) = after("reading digest from ") {
        return Some(Line::Asks { digest: true, replica });
    }
    if let Some(replica) = after("speculating read retry on ") {
        return Some(Line::Speculates { replica });
    }
    let data = ["reading data from ", "data read to "];
    if let Some(replica) = data.into_iter().find_map(after) {
        return Some(Line::Asks { digest: false, replica });
    }
    if activity.starts_with("Digest mismatch") {
        return Some(Line::Mismatch);
    }
    let hints = activity.to_lowercase().contains("hint") && !activity.starts_with("Not hinting");
    address(activity).filter(|_| hints).map(|replica| Line::Hints { replica })
}

fn work(activity: &str) -> Option<Line<'_>> {
    if let Some(table) = activity.strip_prefix("Executing single-partition query on ") {
        return Some(Line::Reads { table });
    }
    let table = activity.strip_prefix("Adding to ")?.strip_suffix(" memtable")?;
    Some(Line::Writes { table })
}

/// The address in `/10.0.0.1:7000 …`, `host/10.0.0.1:7000` or `Full(/10.0.0.1:7000,(…])`.
fn address(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('/')?;
    let end = rest.find(|letter: char| !(letter.is_ascii_hexdigit() || letter == '.')).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// What a message is about. Whether a read asks for data or a digest its name does not tell.
pub(super) fn about(verb: &str) -> About {
    match verb {
        _ if verb.contains("PAXOS") => About::Paxos,
        "MUTATION_REQ" | "COUNTER_MUTATION_REQ" | "BATCH_STORE_REQ" => About::Mutation,
        "MUTATION_RSP" | "COUNTER_MUTATION_RSP" | "BATCH_STORE_RSP" => About::Ack,
        "READ_REQ" | "RANGE_REQ" => About::Data,
        "READ_RSP" | "RANGE_RSP" => About::Answer,
        "READ_REPAIR_REQ" => About::Repair,
        "READ_REPAIR_RSP" => About::Repaired,
        _ => About::Other,
    }
}

/// A message that asks a replica to write.
pub(super) fn asks_to_write(verb: &str) -> bool {
    matches!(verb, "MUTATION_REQ" | "COUNTER_MUTATION_REQ" | "PAXOS_COMMIT_REQ" | "PAXOS2_COMMIT_REMOTE_REQ")
}

/// A message that says it wrote.
pub(super) fn says_it_wrote(verb: &str) -> bool {
    matches!(verb, "MUTATION_RSP" | "COUNTER_MUTATION_RSP" | "PAXOS_COMMIT_RSP" | "PAXOS2_COMMIT_REMOTE_RSP")
}

/// Worth a place in the picture.
pub(super) fn is_main(activity: &str) -> bool {
    let starts = [
        "Digest mismatch",
        "speculating",
        "CAS ",
        "Promising ",
        "Promise rejected",
        "Accepting proposal",
        "Rejecting proposal",
        "Committing proposal",
        "Paxos proposal not accepted",
        "Write timeout",
        "Write failure",
        "Timed out",
        "Failed;",
        "Wrote hints",
        "Discarding mutation",
        "Scanned over",
    ];
    starts.iter().any(|start| activity.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_cassandra_5() {
        let cases = [
            ("Sending MUTATION_REQ message to /10.213.57.12:7000 message size 79 bytes", Line::Sent {
                verb: "MUTATION_REQ",
                to: "10.213.57.12",
            }),
            ("READ_RSP message received from /10.213.57.13:7000", Line::Received {
                verb: "READ_RSP",
                from: "10.213.57.13",
            }),
            ("reading digest from /10.213.57.12:7000", Line::Asks { digest: true, replica: "10.213.57.12" }),
            ("Enqueuing full data read to Full(/10.213.57.13:7000,(-6148914691236517206,0])", Line::Asks {
                digest: false,
                replica: "10.213.57.13",
            }),
            ("Sending read-repair-mutation to Full(cassandra-1/10.213.57.11:7000,(-61489,0])", Line::Repairs {
                replica: "10.213.57.11",
            }),
            ("speculating read retry on Full(/10.213.57.13:7000,(-6148914691236517206,0])", Line::Speculates {
                replica: "10.213.57.13",
            }),
            ("Digest mismatch: Mismatch for key DecoratedKey(-385408897791983735, 6f736c6f)", Line::Mismatch),
            ("Executing single-partition query on readings", Line::Reads { table: "readings" }),
            ("Adding to readings memtable", Line::Writes { table: "readings" }),
            ("Not hinting /10.213.57.13:7000 which has been down 60000 ms", Line::Other),
            ("Processing response from /10.213.57.12:7000", Line::Other),
            ("Appending to commitlog", Line::Other),
        ];
        for (activity, line) in cases {
            assert_eq!(parse(activity), line, "{activity}");
        }
    }
}
