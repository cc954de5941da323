//! A journal read back, line by line, over its parts.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use lab_model::{Code, FORMAT, Header, Millis, Observation, Problem};
use serde_json::Value;

use super::{
    folder,
    part::{self, Part},
};
use crate::schema::{JournalInfo, JournalState};

/// The last line of a part is looked for in so many bytes at its end.
const TAIL: u64 = 64 * 1024;

/// What every kind of view knew when a part began: states by kind.
pub(super) type Keyframes = BTreeMap<String, Value>;

/// A journal whose first part that is left was opened.
#[derive(Debug)]
pub struct Journal {
    /// What it is about.
    pub header: Header,
    parts: Vec<Part>,
}

/// What follows a header.
pub(super) enum Line {
    Keyframes(Keyframes),
    Observation(Box<Observation>),
}

/// How reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With a whole line.
    Whole,
    /// Where it was told to stop.
    Stopped,
    /// In the middle of a line: the program that wrote it ended there.
    CutOff,
}

impl Journal {
    /// The journal that a part's file belongs to; all parts beside it are read.
    ///
    /// # Errors
    /// `storage`; `journal_invalid` if it does not begin like a journal, or a newer Pipewright wrote it.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let parts = match Part::of(path) {
            Some(named) => {
                let beside = path.parent().map(part::of_lab).unwrap_or_default();
                beside.into_iter().filter(|part| part.is_beside(&named)).collect()
            }
            None => vec![Part::sole(path)],
        };
        let first = parts.first().map_or(path, |part| part.path.as_path());
        let mut text = Vec::new();
        open(first)?.read_until(b'\n', &mut text).map_err(|error| storage(first, &error))?;
        Ok(Self { header: header(first, &text)?, parts })
    }

    /// How many parts at its beginning are gone.
    pub(super) fn gone(&self) -> u32 {
        self.parts.first().map_or(0, |part| part.number)
    }

    /// Gives every line after the headers, until `take` says false.
    ///
    /// # Errors
    /// `storage`; `journal_invalid` with file and line, for a line that is none.
    pub(super) fn read(&self, mut take: impl FnMut(Line) -> bool) -> Result<End, Problem> {
        let mut before = None;
        for (index, part) in self.parts.iter().enumerate() {
            let mut lines = Lines { path: &part.path, file: open(&part.path)?, number: 0 };
            let last = index + 1 == self.parts.len();
            while let Some((text, whole)) = lines.next()? {
                if lines.number == 1 {
                    header(&part.path, &text)?;
                    continue;
                }
                let line = match lines.understand(&text) {
                    // The writer's last words, if it was ended while it wrote.
                    Err(_) if last && !whole => return Ok(End::CutOff),
                    line => line?,
                };
                if let Line::Observation(observation) = &line {
                    lines.follows(before, observation)?;
                    before = Some((observation.seq, observation.heard_at));
                }
                if !take(line) {
                    return Ok(End::Stopped);
                }
            }
        }
        Ok(End::Whole)
    }
}

struct Lines<'a> {
    path: &'a Path,
    file: BufReader<File>,
    /// Of the line that was read last, from 1.
    number: u64,
}

impl Lines<'_> {
    /// The next line, and whether it ended as one.
    fn next(&mut self) -> Result<Option<(Vec<u8>, bool)>, Problem> {
        let mut text = Vec::new();
        let read = self.file.read_until(b'\n', &mut text).map_err(|error| storage(self.path, &error))?;
        self.number += 1;
        let whole = text.ends_with(b"\n");
        Ok((read > 0).then_some((text, whole)))
    }

    fn understand(&self, text: &[u8]) -> Result<Line, Problem> {
        #[derive(serde::Deserialize)]
        struct Kept {
            keyframes: Keyframes,
        }
        if self.number == 2 && text.starts_with(b"{\"keyframes\"") {
            return serde_json::from_slice::<Kept>(text)
                .map(|kept| Line::Keyframes(kept.keyframes))
                .map_err(|error| self.wrong(&error.to_string()));
        }
        serde_json::from_slice(text)
            .map(Box::new)
            .map(Line::Observation)
            .map_err(|error| self.wrong(&error.to_string()))
    }

    /// Whether an observation may stand after the one with that place and time.
    fn follows(&self, before: Option<(u64, Millis)>, observation: &Observation) -> Result<(), Problem> {
        let (seq, at) = (observation.seq, observation.heard_at);
        match before {
            Some((last, _)) if seq != last + 1 => {
                Err(self.wrong(&format!("observation {seq} stands where {} should", last + 1)))
            }
            Some((_, last)) if at < last => {
                Err(self.wrong(&format!("observation {seq} was heard at {at} ms, before the one above it ({last} ms)")))
            }
            _ => Ok(()),
        }
    }

    fn wrong(&self, why: &str) -> Problem {
        Problem {
            code: Code::JournalInvalid,
            message: format!("{}:{} is no line of a journal.", self.path.display(), self.number),
            detail: why.to_owned(),
            hint: "The file was changed or damaged. What is told before this line can be read: use --at.".into(),
        }
    }
}

fn open(path: &Path) -> Result<BufReader<File>, Problem> {
    File::open(path).map(BufReader::new).map_err(|error| storage(path, &error))
}

fn header(path: &Path, text: &[u8]) -> Result<Header, Problem> {
    let invalid = |message: String, detail: String, hint: &str| Problem {
        code: Code::JournalInvalid,
        message,
        detail,
        hint: hint.to_owned(),
    };
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

fn storage(path: &Path, error: &std::io::Error) -> Problem {
    Problem {
        code: Code::Storage,
        message: format!("{} cannot be read.", path.display()),
        detail: error.to_string(),
        hint: String::new(),
    }
}

/// All journals there are, the newest first; one whose header cannot be read is listed without what it says.
pub fn infos(data_dir: &Path) -> Vec<JournalInfo> {
    let mut journals: Vec<Vec<Part>> = Vec::new();
    let mut parts = part::all(&folder(data_dir));
    // By age, but two labs' journals may have begun in one moment.
    parts.sort_by(|a, b| (a.lab(), a).cmp(&(b.lab(), b)));
    for part in parts {
        match journals.last_mut() {
            Some(journal) if journal.last().is_some_and(|before| before.is_beside(&part)) => journal.push(part),
            _ => journals.push(vec![part]),
        }
    }
    let mut infos: Vec<JournalInfo> = journals.iter().filter_map(|parts| info(parts)).collect();
    infos.sort_by(|a, b| (b.began_at, &b.journal).cmp(&(a.began_at, &a.journal)));
    infos
}

fn info(parts: &[Part]) -> Option<JournalInfo> {
    let (first, last) = (parts.first()?, parts.last()?);
    let journal = Journal::open(&first.path);
    let (until, whole) = end_of(last);
    Some(JournalInfo {
        lab: first.lab().to_owned(),
        journal: first.journal(),
        stack: journal.as_ref().map(|journal| journal.header.stack.clone()).unwrap_or_default(),
        began_at: first.began_at,
        until_ms: until,
        bytes: parts.iter().map(Part::bytes).fold(0, u64::saturating_add),
        parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        parts_gone: first.number,
        state: match (last.is_written(), whole) {
            _ if journal.is_err() => JournalState::Unreadable,
            _ if !hangs_together(parts) => JournalState::Damaged,
            (true, _) => JournalState::Written,
            (false, true) => JournalState::Closed,
            (false, false) => JournalState::CutOff,
        },
    })
}

/// Whether no part between is missing and each begins as one; what is in them is read only when the journal is opened.
fn hangs_together(parts: &[Part]) -> bool {
    let begins = |part: &Part| {
        let mut text = Vec::new();
        // A part that somebody began just now may not have its header yet.
        let read = open(&part.path)
            .and_then(|mut file| file.read_until(b'\n', &mut text).map_err(|error| storage(&part.path, &error)));
        read.is_ok() && (text.is_empty() && part.is_written() || header(&part.path, &text).is_ok())
    };
    parts.windows(2).all(|two| two[1].number == two[0].number + 1) && parts.iter().all(begins)
}

/// Journal time of the last observation in a part, and whether the part ends with a whole line.
fn end_of(part: &Part) -> (Option<Millis>, bool) {
    let tail = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(&part.path)?;
        let from = file.metadata()?.len().saturating_sub(TAIL);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        Ok(tail)
    };
    let tail = tail().unwrap_or_default();
    let heard_at =
        |line: &[u8]| serde_json::from_slice::<Observation>(line).ok().map(|observation| observation.heard_at);
    (tail.split(|byte| *byte == b'\n').rev().find_map(heard_at), tail.ends_with(b"\n"))
}
