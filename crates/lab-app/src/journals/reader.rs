//! A journal read back, line by line, over its parts.
//!
//! Where something is missing or damaged, reading goes on at the next part that begins with what was known.

use std::{io::BufRead, path::Path};

use lab_model::{Code, Header, Millis, Observation, Problem};

use super::{
    lines::{Keyframes, Lines, Understood, header, open, storage},
    part::{self, Part},
};

/// A journal whose first part that is left was opened.
#[derive(Debug)]
pub struct Journal {
    /// What it is about.
    pub header: Header,
    parts: Vec<Part>,
}

/// What follows a header.
pub(super) enum Line {
    /// What was known before the next observation, where nothing before it was read: at the beginning, or after damage.
    Keyframes(Keyframes),
    Observation(Box<Observation>),
    /// What stands here cannot be read; the next keyframes know what was told in it.
    Damage(Problem),
}

/// How reading ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    /// With a whole line.
    Whole,
    /// Where it was told to stop.
    Stopped,
    /// In the middle of a line: the program that wrote it ended there, or is writing it.
    CutOff,
    /// Before this, and no part after it begins with what was known.
    Damaged(Problem),
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

    /// Whether somebody writes it now.
    pub(super) fn is_written(&self) -> bool {
        self.parts.last().is_some_and(Part::is_written)
    }

    /// Gives every line after the headers, until `take` says false.
    pub(super) fn read(&self, take: impl FnMut(Line) -> bool) -> End {
        let mut reading = Reading { take, gone: self.gone(), before: None, known: None, damage: None, last: false };
        let mut number = None;
        for (index, part) in self.parts.iter().enumerate() {
            if let Some(number) = number.filter(|number| number + 1 != part.number) {
                reading.damage.get_or_insert_with(|| missing(number + 1, part));
            }
            (number, reading.last) = (Some(part.number), index + 1 == self.parts.len());
            match reading.part(part) {
                Ok(None) => {}
                Ok(Some(end)) => return reading.end(end),
                Err(problem) => drop(reading.damage.get_or_insert(problem)),
            }
        }
        reading.end(End::Whole)
    }
}

/// A journal being read.
struct Reading<F> {
    take: F,
    /// Parts at the beginning that are gone.
    gone: u32,
    /// Place and time of the observation that was given last.
    before: Option<(u64, Millis)>,
    /// What the part begins with, before its first observation.
    known: Option<Keyframes>,
    /// What could not be read, until a part goes on from what was known.
    damage: Option<Problem>,
    /// No part follows.
    last: bool,
}

impl<F: FnMut(Line) -> bool> Reading<F> {
    /// Reads a part; an end if there is nothing to read after it.
    fn part(&mut self, part: &Part) -> Result<Option<End>, Problem> {
        let mut lines = Lines::of(&part.path)?;
        while let Some((text, whole)) = lines.next()? {
            let line = match lines.understand(&text) {
                // The writer's last words, if it was ended while it wrote.
                Err(_) if self.last && !whole => return Ok(Some(End::CutOff)),
                line => line?,
            };
            match line {
                Understood::Nothing => {}
                Understood::Known(known) => self.known = Some(known),
                Understood::Told(observation) => {
                    if !self.told(&lines, observation)? {
                        return Ok(Some(End::Stopped));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Gives an observation; before it what was known, where it does not go on from the one before.
    fn told(&mut self, lines: &Lines<'_>, observation: Box<Observation>) -> Result<bool, Problem> {
        let known = self.known.take();
        let damage = self.damage.take().map_or_else(|| self.follows(lines, &observation, known.is_some()), Err);
        if let (Err(problem), None) = (&damage, &known) {
            return Err(problem.clone());
        }
        if let Some(known) = known.filter(|_| damage.is_err() || self.before.is_none()) {
            self.resume(damage.err(), known);
        }
        self.before = Some((observation.seq, observation.heard_at));
        Ok((self.take)(Line::Observation(observation)))
    }

    fn resume(&mut self, damage: Option<Problem>, known: Keyframes) {
        if let Some(damage) = damage {
            (self.take)(Line::Damage(damage));
        }
        (self.take)(Line::Keyframes(known));
    }

    /// Whether an observation may stand after the one that was given last, or at the beginning.
    fn follows(&self, lines: &Lines<'_>, observation: &Observation, known: bool) -> Result<(), Problem> {
        let (seq, at) = (observation.seq, observation.heard_at);
        match self.before {
            // Parts did not always begin with what was known: then it is said what is missing, and nothing else can be.
            None if seq == 0 || known || self.gone > 0 => Ok(()),
            None => Err(lines.wrong(&format!(
                "observation {seq} stands where 0 should: the beginning of the journal is missing, and what was known \
                 by then is not told"
            ))),
            Some((last, _)) if seq != last + 1 => {
                Err(lines.wrong(&format!("observation {seq} stands where {} should", last + 1)))
            }
            Some((_, last)) if at < last => {
                Err(lines
                    .wrong(&format!("observation {seq} was heard at {at} ms, before the one above it ({last} ms)")))
            }
            Some(_) => Ok(()),
        }
    }

    fn end(mut self, end: End) -> End {
        if end == End::Stopped {
            return end;
        }
        let damage = self.damage.take();
        match self.known.take() {
            Some(known) if damage.is_some() || self.before.is_none() => self.resume(damage, known),
            _ => return damage.map_or(end, End::Damaged),
        }
        end
    }
}

/// The parts from this number on, up to the next one that is there, are not there.
fn missing(number: u32, next: &Part) -> Problem {
    let parts = if number + 1 == next.number {
        format!("Part {number} of journal {} is missing.", next.journal())
    } else {
        format!("Parts {number} to {} of journal {} are missing.", next.number.saturating_sub(1), next.journal())
    };
    Problem { code: Code::JournalInvalid, message: parts, detail: String::new(), hint: String::new() }
}
