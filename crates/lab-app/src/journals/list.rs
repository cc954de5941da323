//! The journals that are kept, as far as their beginnings and ends say how they stand.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use lab_model::{Millis, Observation};

use super::{
    folder,
    lines::{Lines, Understood},
    part::{self, Part},
    reader::Journal,
    runs,
};
use crate::schema::{JournalInfo, JournalState};

/// The last line of a part is looked for in so many bytes at its end.
const TAIL: u64 = 64 * 1024;

/// All journals there are, the newest first, also those that only a saved run keeps; one whose header cannot be read is
/// listed without what it says.
pub fn infos(data_dir: &Path) -> Vec<JournalInfo> {
    let mut folders = vec![folder(data_dir)];
    folders.extend(runs(data_dir).into_iter().map(|run| run.join("journal")));
    // A run keeps its journals under the names that they have among all; as many parts as are left there are shown.
    let mut journals: BTreeMap<(String, String), Vec<Part>> = BTreeMap::new();
    for mut parts in folders.iter().flat_map(|folder| by_journal(folder)) {
        let Some(last) = parts.last() else { continue };
        let known = journals.entry((last.lab().to_owned(), last.journal())).or_default();
        if known.last() < parts.last() {
            std::mem::swap(known, &mut parts);
        }
    }
    let mut infos: Vec<JournalInfo> = journals.values().filter_map(|parts| info(parts)).collect();
    infos.sort_by(|a, b| (b.began_at, &b.journal).cmp(&(a.began_at, &a.journal)));
    infos
}

/// The parts in a folder of labs, together as they are of one journal.
fn by_journal(folder: &Path) -> Vec<Vec<Part>> {
    let mut journals: Vec<Vec<Part>> = Vec::new();
    let mut parts = part::all(folder);
    // By age, but two labs' journals may have begun in one moment.
    parts.sort_by(|a, b| (a.lab(), a).cmp(&(b.lab(), b)));
    for part in parts {
        match journals.last_mut() {
            Some(journal) if journal.last().is_some_and(|before| before.is_beside(&part)) => journal.push(part),
            _ => journals.push(vec![part]),
        }
    }
    journals
}

fn info(parts: &[Part]) -> Option<JournalInfo> {
    let first = parts.first()?;
    let journal = Journal::open(&first.path);
    // A part that was just begun may be empty; it ends where the one before it does.
    let end = parts.iter().rev().find(|part| part.bytes() > 0).map_or((None, Ends::Whole), end_of);
    Some(JournalInfo {
        lab: first.lab().to_owned(),
        journal: first.journal(),
        stack: journal.as_ref().map(|journal| journal.header.stack.clone()).unwrap_or_default(),
        began_at: first.began_at,
        until_ms: end.0,
        bytes: parts.iter().map(Part::bytes).fold(0, u64::saturating_add),
        parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        parts_gone: first.number,
        state: state(parts, journal.is_ok(), end.1),
    })
}

fn state(parts: &[Part], readable: bool, ends: Ends) -> JournalState {
    let written = parts.last().is_some_and(Part::is_written);
    match ends {
        _ if !readable && written && parts.len() == 1 => JournalState::Written,
        _ if !readable && parts.iter().all(|part| part.bytes() == 0) => JournalState::Empty,
        _ if !readable => JournalState::Unreadable,
        _ if !hangs_together(parts) => JournalState::Damaged,
        _ if written => JournalState::Written,
        Ends::Whole => JournalState::Closed,
        Ends::CutOff => JournalState::CutOff,
        Ends::Otherwise => JournalState::Damaged,
    }
}

/// Whether no part between is missing and each begins as one; what is in them is read only when the journal is opened.
fn hangs_together(parts: &[Part]) -> bool {
    let begins = |part: &Part| match begins(part) {
        // Parts did not always begin with what was known.
        Some(Begins::Told(seq)) => seq == 0 || part.number > 0,
        Some(Begins::Known | Begins::Nothing) => true,
        // The last one may have been begun just now.
        None => part.bytes() == 0 && parts.last() == Some(part),
    };
    parts.windows(2).all(|two| two[1].number == two[0].number + 1) && parts.iter().all(begins)
}

/// What stands after the header of a part.
enum Begins {
    Nothing,
    Known,
    /// The observation with this number.
    Told(u64),
}

/// None if the part does not begin with a header.
fn begins(part: &Part) -> Option<Begins> {
    let mut lines = Lines::of(&part.path).ok()?;
    let (header, _) = lines.next().ok()??;
    lines.understand(&header).ok()?;
    while let Some((text, _)) = lines.next().ok()? {
        match lines.understand(&text) {
            Ok(Understood::Told(observation)) => return Some(Begins::Told(observation.seq)),
            Ok(Understood::Known(_)) => return Some(Begins::Known),
            Ok(Understood::Nothing) => {}
            // Found when the journal is opened; cut off it may be as well.
            Err(_) => break,
        }
    }
    Some(Begins::Nothing)
}

/// How a part ends.
#[derive(Debug, Clone, Copy)]
enum Ends {
    Whole,
    /// In the middle of a line.
    CutOff,
    /// With a whole line that a journal has not.
    Otherwise,
}

/// Journal time of the last observation in a part, and how the part ends.
fn end_of(part: &Part) -> (Option<Millis>, Ends) {
    let tail = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(&part.path)?;
        let from = file.metadata()?.len().saturating_sub(TAIL);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        Ok(tail)
    };
    let tail = tail().unwrap_or_default();
    let lines: Vec<&[u8]> = tail.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    let heard_at =
        |line: &[u8]| serde_json::from_slice::<Observation>(line).ok().map(|observation| observation.heard_at);
    let until = lines.iter().rev().find_map(|line| heard_at(line));
    // What begins before the tail, or is the header or what was known, is no observation and whole all the same.
    let whole = |line: &[u8]| heard_at(line).is_some() || line.starts_with(b"{\"keyframes\"");
    let ends = match lines.last() {
        _ if !tail.ends_with(b"\n") => Ends::CutOff,
        Some(last) if lines.len() > 1 && !whole(last) => Ends::Otherwise,
        _ => Ends::Whole,
    };
    (until, ends)
}
