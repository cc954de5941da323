//! A journal being written: a part after the other, each begun when the one before it is large enough.
//!
//! A full or failing disk must never stop a lab: the first error is logged, and writing ends.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    thread,
};

use lab_model::{Header, Observation};
use serde::Serialize;

use super::{kept, lines::Keyframes};

/// A part is closed and the next one begun at this size.
const ROTATE_AT: u64 = 64 * 1024 * 1024;

/// An open journal.
pub struct JournalFile {
    stem: PathBuf,
    part: u32,
    header: Header,
    out: Option<BufWriter<File>>,
    written: u64,
    rotate_at: u64,
}

impl JournalFile {
    /// Begins a journal under `dir`, named by its beginning and this process; removes the oldest where it is too much.
    ///
    /// # Errors
    /// If the folder or file cannot be made.
    pub fn create(dir: &Path, header: Header) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let stem = dir.join(format!("{}-{}", header.began_at, std::process::id()));
        let mut journal = Self { stem, part: 0, header, out: None, written: 0, rotate_at: ROTATE_AT };
        journal.open_part()?;
        Ok(journal)
    }

    /// The same with parts of another size.
    #[cfg(test)]
    pub(super) fn rotating_at(mut self, bytes: u64) -> Self {
        self.rotate_at = bytes;
        self
    }

    fn open_part(&mut self) -> io::Result<()> {
        if let Some(mut before) = self.out.take() {
            before.flush()?;
        }
        let file = File::create(self.stem.with_extension(format!("{}.ndjson", self.part)))?;
        // Who lists journals sees by it which ones are being written. Where files cannot be locked, none seems to be.
        let _ = file.try_lock();
        self.out = Some(BufWriter::new(file));
        self.written = 0;
        self.part += 1;
        self.make_room();
        let header = self.header.clone();
        self.line(&header)?;
        // At once: whoever looks, or finds it after this program was killed, sees what it is.
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }

    /// Removes the oldest parts where it is too much: beside this, because whoever writes has the lab's journal locked, and
    /// looking at hundreds of files may take long. What is written now is locked, and stays.
    fn make_room(&self) {
        let Some(folder) = self.stem.parent().map(Path::to_owned) else { return };
        let room = self.rotate_at;
        let removing = move || {
            // An old part that cannot be removed, perhaps another lab's, is no reason to write nothing of this one.
            let removed = kept::make_room(&folder, room);
            removed.unwrap_or_else(|error| tracing::warn!(%error, "old journals could not be removed"));
        };
        let begun = thread::Builder::new().name("old journals".into()).spawn(removing);
        begun.map(drop).unwrap_or_else(|error| tracing::warn!(%error, "old journals could not be removed"));
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

    /// Keeps the parts written so far in a folder of somebody who needs them longer than all journals are kept. They take no
    /// more space until they are removed here, and go on being written there.
    ///
    /// # Errors
    /// If the folder cannot be made, or its file system has no hard links.
    pub(crate) fn keep_in(&mut self, folder: &Path) -> io::Result<()> {
        self.flush();
        kept::link(&self.stem, folder)
    }

    /// Appends one observation; `known` is what every kind of view knew before it, asked for where a part begins with it.
    pub(crate) fn write(&mut self, observation: &Observation, known: impl FnOnce() -> Keyframes) {
        let rotated = if self.written > self.rotate_at { self.next_part(&known()) } else { Ok(()) };
        let result = rotated.and_then(|()| self.line(observation));
        self.give_up_on(result);
    }

    fn next_part(&mut self, keyframes: &Keyframes) -> io::Result<()> {
        if self.out.is_none() {
            return Ok(());
        }
        self.open_part()?;
        self.line(&serde_json::json!({ "keyframes": keyframes }))?;
        // What a part begins with does not count: a part is never begun for one observation.
        self.written = 0;
        Ok(())
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
    fn old_parts_go_when_a_new_one_begins_and_nobody_waits_for_it() {
        let dir = tempfile::tempdir().unwrap();
        for part in 0..300 {
            fs::write(dir.path().join(format!("1-1.{part}.ndjson")), "{}\n").unwrap();
        }
        let _journal = JournalFile::create(dir.path(), header(2)).unwrap();
        while fs::read_dir(dir.path()).unwrap().count() > 200 {
            thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = JournalFile::create(dir.path(), header(1_700_000_000_000)).unwrap();
        let Draft { source, fact, .. } = Draft::new(Source::Docker, LabFact::LabStopped);
        let observation = Observation { seq: 0, heard_at: 5, said_at: None, source, cause: None, fact };
        journal.write(&observation, Keyframes::new);
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
}
