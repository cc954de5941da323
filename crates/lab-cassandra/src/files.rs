//! What lies on the nodes' data volumes, read from a shell's listings in the lab's sidecar: works while a node is paused
//! or dead. Text in, facts out; who runs the shell is not known here.

use std::collections::BTreeMap;

use lab_model::facts::cassandra::{CassandraFact, HintFile, LogSegment, SstableFile};

/// The last line of a listing.
pub(crate) const END: &str = "end";

/// For every line that it reads, the files of every volume mounted at `/data/<node>`: a `node` line for each, then size,
/// time of the last write (seconds since 1970, to the millisecond) and path of each file, then `end`.
const LISTS: &str = r#"
while read -r _; do
  set --
  for n in /data/*; do
    echo "node ${n##*/}"
    for k in "$n"/data/*; do
      case "${k##*/}" in system|system_*) ;; *) set -- "$@" "$k"/*/*-Data.db ;; esac
    done
  done
  stat -c '%s %.3Y %n' "$@" /data/*/hints/*.hints /data/*/commitlog/*.log 2>/dev/null
  echo end
done
"#;

/// Reads listings; says a node's files when they are others than before.
#[derive(Debug, Default)]
pub(crate) struct Files {
    before: BTreeMap<String, Listing>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Listing {
    hints: Vec<HintFile>,
    sstables: Vec<SstableFile>,
    commit_log: Vec<LogSegment>,
}

/// The command that lists the volumes each time it is given a line; it needs them at `/data/<node>`.
pub fn lists_volumes() -> [&'static str; 3] {
    ["sh", "-c", LISTS]
}

impl Files {
    /// Reads a whole listing, without its end; gives the [`CassandraFact::FilesListed`] of nodes whose files are others now.
    /// Their source is docker.
    pub(crate) fn read(&mut self, lines: &[String]) -> Vec<CassandraFact> {
        let mut now: BTreeMap<String, Listing> = BTreeMap::new();
        for line in lines {
            match line.trim_end().split_once(' ') {
                Some(("node", name)) => {
                    now.entry(name.to_owned()).or_default();
                }
                Some((bytes, rest)) => {
                    let (written, path) = rest.split_once(' ').unwrap_or_default();
                    if let (Ok(bytes), Some((node, file))) = (bytes.parse(), split(path)) {
                        now.entry(node.to_owned()).or_default().enter(file, bytes, unix_millis(written));
                    }
                }
                None => {}
            }
        }
        now.values_mut().for_each(Listing::sort);
        let others = now.iter().filter(|(node, listing)| self.before.get(*node) != Some(listing));
        let facts = others.map(|(node, listing)| listing.fact(node)).collect();
        self.before = now;
        facts
    }
}

/// `/data/<node>/<file>`.
fn split(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/data/")?.split_once('/')
}

/// Of seconds with a fraction, as `stat` prints them; another one than GNU's may print no fraction, or something else.
fn unix_millis(seconds: &str) -> Option<i64> {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let whole: i64 = whole.parse().ok()?;
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(millis)
}

impl Listing {
    fn enter(&mut self, file: &str, bytes: u64, written_at: Option<i64>) {
        let mut parts = file.split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            // `<host id>-<time>-<version>.hints`
            (Some("hints"), Some(file), None, None) if file.len() > 36 && file.is_char_boundary(36) => {
                self.hints.push(HintFile { target: file[..36].to_owned(), bytes, file: file.to_owned() });
            }
            (Some("commitlog"), Some(file), None, None) => {
                self.commit_log.push(LogSegment { file: file.to_owned(), bytes });
            }
            // `data/<keyspace>/<table>-<id>/nb-<generation>-big-Data.db`
            (Some("data"), Some(keyspace), Some(folder), Some(file)) => {
                let table = folder.rsplit_once('-').map_or(folder, |(table, _)| table);
                let generation = file.split('-').nth(1).unwrap_or_default().to_owned();
                self.sstables.push(SstableFile { table: format!("{keyspace}.{table}"), generation, bytes, written_at });
            }
            _ => {}
        }
    }

    fn sort(&mut self) {
        self.hints.sort_by(|a, b| a.file.cmp(&b.file));
        self.sstables.sort_by(|a, b| (&a.table, &a.generation).cmp(&(&b.table, &b.generation)));
        self.commit_log.sort_by(|a, b| a.file.cmp(&b.file));
    }

    fn fact(&self, node: &str) -> CassandraFact {
        CassandraFact::FilesListed {
            node: node.to_owned(),
            hints: self.hints.clone(),
            sstables: self.sstables.clone(),
            commit_log: self.commit_log.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(files: &mut Files, lines: &[&str]) -> Vec<CassandraFact> {
        files.read(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    const HINTS: &str =
        "4096 1764119491.250 /data/cassandra-1/hints/1b255f4d-ef25-40a6-0000-000000000004-1764119491234-2.hints";
    const TABLE: &str =
        "523 1764119492.007 /data/cassandra-1/data/lab/readings-5a1c395e52ee11f0b8f3d1a2d8b7c9e1/nb-12-big-Data.db";

    #[test]
    fn each_kind_of_file_in_its_place() {
        let lines =
            ["node cassandra-1", HINTS, TABLE, "4194304 1764119490.000 /data/cassandra-1/commitlog/CommitLog-7-1.log"];
        let told = look(&mut Files::default(), &lines);
        let target = "1b255f4d-ef25-40a6-0000-000000000004".to_owned();
        let file = format!("{target}-1764119491234-2.hints");
        let expected = CassandraFact::FilesListed {
            node: "cassandra-1".into(),
            hints: vec![HintFile { target, bytes: 4096, file }],
            sstables: vec![SstableFile {
                table: "lab.readings".into(),
                generation: "12".into(),
                bytes: 523,
                written_at: Some(1_764_119_492_007),
            }],
            commit_log: vec![LogSegment { file: "CommitLog-7-1.log".into(), bytes: 4_194_304 }],
        };
        assert_eq!(told, [expected]);
    }

    #[test]
    fn only_nodes_whose_files_changed_are_told() {
        let mut files = Files::default();
        assert_eq!(look(&mut files, &["node cassandra-1", "node cassandra-2", TABLE]).len(), 2);
        assert_eq!(look(&mut files, &["node cassandra-1", "node cassandra-2", TABLE]).len(), 0);
        let told = look(&mut files, &["node cassandra-1", "node cassandra-2", TABLE, HINTS]);
        assert!(matches!(told.as_slice(), [CassandraFact::FilesListed { node, .. }] if node == "cassandra-1"));
        // The last file went away.
        assert_eq!(look(&mut files, &["node cassandra-1", "node cassandra-2", TABLE]).len(), 1);
    }

    #[test]
    fn a_time_is_read_with_and_without_a_fraction_and_nothing_else_is_one() {
        assert_eq!(unix_millis("1764119492.007"), Some(1_764_119_492_007));
        assert_eq!(unix_millis("1764119492.5"), Some(1_764_119_492_500));
        assert_eq!(unix_millis("1764119492"), Some(1_764_119_492_000));
        assert_eq!(["", "%.3Y", "12.x", "9223372036854775807.0"].map(unix_millis), [None; 4]);
    }

    #[test]
    fn what_is_no_file_of_a_node_is_passed_over() {
        let mut files = Files::default();
        look(&mut files, &["node cassandra-1", TABLE]);
        assert_eq!(
            look(
                &mut files,
                &["node cassandra-1", TABLE, "x 1.0 /data/y", "5 1.0 /elsewhere/z", "5 /data/n/hints/a", "nonsense"]
            ),
            []
        );
    }
}
