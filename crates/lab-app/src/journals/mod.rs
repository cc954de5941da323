//! Journals on disk: written while a lab is observed (`writer`), kept within bounds (`kept`), and read back (`reader`) as
//! the pictures they showed (`replay`).
//!
//! A journal is a chain of parts, `journals/<lab>/<began>-<process>.<part>.ndjson`: a header, from the second part on what
//! every kind of view knew when the part began, then an observation a line. A part can so be read without those before it.

#[cfg(test)]
mod damaged_test;
mod kept;
mod lines;
mod list;
mod part;
mod reader;
mod replay;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};

use lab_model::{Code, Millis, Problem};

pub use list::infos;
pub use reader::Journal;
pub use replay::Replay;
pub use writer::JournalFile;

/// Where the journals of all labs lie, in the data folder.
pub(crate) fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("journals")
}

/// The folders of saved runs, which keep the journals that they name.
fn runs(data_dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data_dir.join("experiments")).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

/// The journal that a person names: a part's file, a journal's name, or a lab for its newest one.
///
/// # Errors
/// `unknown` if there is none, `journal_invalid` or `storage` if it cannot be opened.
pub fn find(data_dir: &Path, named: &str) -> Result<Journal, Problem> {
    let path = Path::new(named);
    if path.is_file() {
        return Journal::open(path);
    }
    let mut all = part::all(&folder(data_dir));
    all.extend(runs(data_dir).iter().flat_map(|run| part::all(&run.join("journal"))));
    all.retain(|part| part.journal() == named || part.lab() == named);
    let newest = all.iter().max().ok_or_else(|| Problem {
        code: Code::Unknown,
        message: format!("There is no journal {named}."),
        detail: String::new(),
        hint: "Give a file, a journal's name, or a lab for its newest journal. List them: pipewright journals".into(),
    })?;
    Journal::open(&newest.path)
}

/// Journal time as people read it and give it back: seconds, to the last millisecond.
pub fn seconds(millis: Millis) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}
