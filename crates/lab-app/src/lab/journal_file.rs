//! The journal on disk: a header, then one observation per line, rotated by size.
//!
//! A full or failing disk must never stop a lab: the first error is logged, and writing ends.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use lab_model::{Header, Observation};
use serde::Serialize;

/// A file is closed and the next one begun at this size.
const ROTATE_AT: u64 = 64 * 1024 * 1024;
/// Files kept for one lab, the newest.
const KEEP: usize = 8;

/// An open journal.
pub struct JournalFile {
    stem: PathBuf,
    part: u32,
    header: Header,
    out: Option<BufWriter<File>>,
    written: u64,
}

impl JournalFile {
    /// Begins a journal under `dir`, named by its beginning and this process; removes the oldest of too many.
    ///
    /// # Errors
    /// If the folder or file cannot be made.
    pub fn create(dir: &Path, header: Header) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        remove_oldest(dir)?;
        let stem = dir.join(format!("{}-{}", header.began_at, std::process::id()));
        let mut journal = Self { stem, part: 0, header, out: None, written: 0 };
        journal.open_part()?;
        Ok(journal)
    }

    fn open_part(&mut self) -> io::Result<()> {
        let path = self.stem.with_extension(format!("{}.ndjson", self.part));
        self.out = Some(BufWriter::new(File::create(path)?));
        self.written = 0;
        self.part += 1;
        let header = self.header.clone();
        self.line(&header)
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        if let Some(out) = &mut self.out {
            let mut line = serde_json::to_vec(value)?;
            line.push(b'\n');
            out.write_all(&line)?;
            self.written += line.len() as u64;
        }
        Ok(())
    }

    /// The beginning of the name of all its parts: `<name>.0.ndjson`, `<name>.1.ndjson`, ….
    pub fn name(&self) -> String {
        self.stem.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Appends one observation.
    pub fn write(&mut self, observation: &Observation) {
        let rotated = if self.written > ROTATE_AT { self.open_part() } else { Ok(()) };
        let result = rotated.and_then(|()| self.line(observation));
        self.give_up_on(result);
    }

    /// Hands buffered lines to the system.
    pub fn flush(&mut self) {
        let result = self.out.as_mut().map_or(Ok(()), Write::flush);
        self.give_up_on(result);
    }

    fn give_up_on(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            tracing::error!(journal = %self.stem.display(), %error, "the journal file ends here; the lab goes on");
            self.out = None;
        }
    }
}

impl Drop for JournalFile {
    fn drop(&mut self) {
        self.flush();
    }
}

fn remove_oldest(dir: &Path) -> io::Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ndjson"))
        .collect();
    // Names begin with Unix milliseconds, all of one length until the year 2286: by name is by age.
    files.sort();
    for path in files.iter().rev().skip(KEEP - 1) {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lab_model::{Draft, Source, facts::lab::LabFact};

    use super::*;

    fn header(began_at: i64) -> Header {
        Header {
            format: lab_model::FORMAT,
            lab: "lab".into(),
            stack: "kafka-1".into(),
            began_at,
            pipewright: "0".into(),
            images: Vec::new(),
            engine: String::new(),
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = JournalFile::create(dir.path(), header(1_700_000_000_000)).unwrap();
        let Draft { source, fact, .. } = Draft::new(Source::Docker, LabFact::LabStopped);
        let observation = Observation { seq: 0, heard_at: 5, said_at: None, source, cause: None, fact };
        journal.write(&observation);
        let name = journal.name();
        drop(journal);
        let file = fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().path();
        assert_eq!(file.file_name().unwrap().to_string_lossy(), format!("{name}.0.ndjson"));
        let text = fs::read_to_string(file).unwrap();
        let mut lines = text.lines();
        assert_eq!(serde_json::from_str::<Header>(lines.next().unwrap()).unwrap(), header(1_700_000_000_000));
        assert_eq!(serde_json::from_str::<Observation>(lines.next().unwrap()).unwrap(), observation);
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn only_the_newest_files_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..12 {
            drop(JournalFile::create(dir.path(), header(1_700_000_000_000 + n)).unwrap());
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), KEEP);
    }
}
