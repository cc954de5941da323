//! Numbers of the records that producers of ours send to a lab, given once whoever sends: kept in a file beside the lab's
//! env file, locked while they are taken.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Counts of one instance of a lab; one made anew begins anew.
pub(super) struct SentCounts {
    file: PathBuf,
    instance: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Noted {
    instance: String,
    /// Numbers given, by producer.
    sent: BTreeMap<String, u64>,
}

impl SentCounts {
    pub(super) fn new(data_dir: &Path, lab: &str, instance: &str) -> Self {
        Self { file: data_dir.join("labs").join(format!("{lab}.sent.json")), instance: instance.to_owned() }
    }

    /// Takes numbers for a producer, all greater than `after`; gives the first. None if the file cannot be used.
    pub(super) fn take(&self, producer: &str, count: u64, after: u64) -> Option<u64> {
        let taken = self.locked().and_then(|mut file| {
            let mut noted = self.read(&mut file)?;
            let sent = noted.sent.entry(producer.to_owned()).or_default();
            let first = after.max(*sent) + 1;
            *sent = first + count - 1;
            write(&mut file, &noted)?;
            Ok(first)
        });
        taken
            .inspect_err(|error| tracing::warn!(file = %self.file.display(), %error, "numbers are counted here alone"))
            .ok()
    }

    /// The lock goes with the file.
    fn locked(&self) -> io::Result<File> {
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.file)?;
        file.lock()?;
        Ok(file)
    }

    /// Nothing if it is empty, damaged, or of another instance.
    fn read(&self, file: &mut File) -> io::Result<Noted> {
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let noted = serde_json::from_slice(&text).ok().filter(|noted: &Noted| noted.instance == self.instance);
        Ok(noted.unwrap_or_else(|| Noted { instance: self.instance.clone(), sent: BTreeMap::new() }))
    }
}

fn write(file: &mut File, noted: &Noted) -> io::Result<()> {
    file.rewind()?;
    file.set_len(0)?;
    file.write_all(&serde_json::to_vec(noted)?)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, thread};

    use super::*;

    #[test]
    fn no_number_is_given_twice_whoever_asks() {
        let data = tempfile::tempdir().unwrap();
        let taking = |_| {
            let counts = SentCounts::new(data.path(), "lab", "one");
            move || (0..50).map(|_| counts.take("p", 2, 0).unwrap()).collect::<Vec<u64>>()
        };
        let threads: Vec<_> = (0..4).map(taking).map(thread::spawn).collect();
        let firsts: Vec<u64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        let all: BTreeSet<u64> = firsts.iter().copied().collect();
        assert_eq!(all, (0..200).map(|n| 2 * n + 1).collect());
    }

    #[test]
    fn a_lab_made_anew_counts_anew_and_a_damaged_file_harms_nobody() {
        let data = tempfile::tempdir().unwrap();
        let take = |instance: &str, after| SentCounts::new(data.path(), "lab", instance).take("p", 3, after);
        assert_eq!((take("one", 0), take("one", 0), take("one", 100)), (Some(1), Some(4), Some(101)));
        assert_eq!(take("two", 0), Some(1));
        std::fs::write(data.path().join("labs/lab.sent.json"), "{").unwrap();
        assert_eq!(take("two", 7), Some(8));
    }
}
