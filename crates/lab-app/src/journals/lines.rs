//! The lines of a journal's part.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use lab_model::{Code, FORMAT, Header, Observation, Problem};
use serde_json::Value;

/// What every kind of view knew when a part began: states by kind.
pub(super) type Keyframes = BTreeMap<String, Value>;

/// The lines of a part.
pub(super) struct Lines<'a> {
    path: &'a Path,
    file: BufReader<File>,
    /// Of the line that was read last, from 1.
    number: u64,
    /// Nothing was read after the header.
    begins: bool,
}

/// What a line says.
pub(super) enum Understood {
    /// A header, or a line without a letter: which observation is missing, their numbers say.
    Nothing,
    Known(Keyframes),
    Told(Box<Observation>),
}

impl<'a> Lines<'a> {
    pub(super) fn of(path: &'a Path) -> Result<Self, Problem> {
        Ok(Self { path, file: open(path)?, number: 0, begins: true })
    }

    /// The next line, and whether it ended as one.
    pub(super) fn next(&mut self) -> Result<Option<(Vec<u8>, bool)>, Problem> {
        let mut text = Vec::new();
        let read = self.file.read_until(b'\n', &mut text).map_err(|error| storage(self.path, &error))?;
        self.number += 1;
        let whole = text.ends_with(b"\n");
        Ok((read > 0).then_some((text, whole)))
    }

    pub(super) fn understand(&mut self, text: &[u8]) -> Result<Understood, Problem> {
        #[derive(serde::Deserialize)]
        struct Kept {
            keyframes: Keyframes,
        }
        if self.number == 1 {
            return header(self.path, text).map(|_| Understood::Nothing);
        }
        if text.trim_ascii().is_empty() {
            return Ok(Understood::Nothing);
        }
        let understood = if std::mem::take(&mut self.begins) && text.starts_with(b"{\"keyframes\"") {
            serde_json::from_slice::<Kept>(text).map(|kept| Understood::Known(kept.keyframes))
        } else {
            serde_json::from_slice(text).map(Box::new).map(Understood::Told)
        };
        understood.map_err(|error| self.wrong(&error.to_string()))
    }

    pub(super) fn wrong(&self, why: &str) -> Problem {
        Problem {
            code: Code::JournalInvalid,
            message: format!("{}:{} is no line of a journal.", self.path.display(), self.number),
            detail: why.to_owned(),
            hint: "The file was changed or damaged.".into(),
        }
    }
}

pub(super) fn open(path: &Path) -> Result<BufReader<File>, Problem> {
    File::open(path).map(BufReader::new).map_err(|error| storage(path, &error))
}

pub(super) fn header(path: &Path, text: &[u8]) -> Result<Header, Problem> {
    let invalid = |message: String, detail: String, hint: &str| Problem {
        code: Code::JournalInvalid,
        message,
        detail,
        hint: hint.to_owned(),
    };
    if text.is_empty() {
        let message = format!("{} is empty: nothing was written.", path.display());
        return Err(invalid(message, String::new(), "List the journals: pipewright journals"));
    }
    let header: Header = serde_json::from_slice(text).map_err(|error| {
        let message = format!("{}:1 is not the beginning of a journal.", path.display());
        invalid(message, error.to_string(), "List the journals: pipewright journals")
    })?;
    if header.format > FORMAT {
        let message = format!("A newer Pipewright ({}) wrote {}.", header.pipewright, path.display());
        let detail = format!("It has format {}; this one reads formats up to {FORMAT}.", header.format);
        return Err(invalid(message, detail, "Read it with that version."));
    }
    Ok(header)
}

pub(super) fn storage(path: &Path, error: &std::io::Error) -> Problem {
    Problem {
        code: Code::Storage,
        message: format!("{} cannot be read.", path.display()),
        detail: error.to_string(),
        hint: String::new(),
    }
}
