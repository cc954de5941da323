//! When each line of a trace was said, on the coordinator's clock.
//!
//! A line has two times: the writer's wall clock, in whole milliseconds, and the microseconds since the writer heard of
//! the request. The first places the second; that nothing is received before it was sent makes the place exact enough.

use std::collections::{BTreeMap, VecDeque};

use lab_model::facts::cassandra::TraceEvent;

use super::{
    fold::Trace,
    lines::{Line, parse},
};

/// Two times of one line agree if they are no further apart, microseconds.
const AGREE: i64 = 3_000;
/// Lines of one hearing of a request are no further off; the writer's threads may have waited.
const WAITED: i64 = 20_000;

/// A line with its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timed<'a> {
    pub(super) event: &'a TraceEvent,
    pub(super) line: Line<'a>,
    /// Microseconds since the coordinator heard of the request.
    pub(super) at: i64,
    /// Which hearing of the request it belongs to; none for what stands on the coordinator's own clock.
    hearing: Option<usize>,
}

/// A message: the places of the lines that tell of its sending and of its receiving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) sent: Option<usize>,
    pub(super) received: Option<usize>,
}

/// A trace's lines with their times, in the order they were given.
pub(super) fn timed(trace: &Trace) -> Vec<Timed<'_>> {
    let zero = zero(trace);
    let mut hearings: Vec<Hearing<'_>> = Vec::new();
    let mut lines: Vec<Timed<'_>> = trace
        .events
        .iter()
        .map(|event| {
            let line = parse(&event.activity);
            let wall = event.at_micros.saturating_sub(zero);
            if event.source == trace.coordinator {
                return Timed { event, line, at: own(event, wall, trace.duration_micros), hearing: None };
            }
            let hearing = hearing(&mut hearings, event, line, wall);
            Timed { event, line, at: hearings[hearing].began.saturating_add(event.elapsed_micros), hearing: Some(hearing) }
        })
        .collect();
    settle(&mut lines, &mut hearings);
    lines
}

/// The coordinator's beginning on its wall clock.
fn zero(trace: &Trace) -> i64 {
    let own = trace.events.iter().filter(|event| event.source == trace.coordinator);
    let mut begun: Vec<i64> = own.map(|event| event.at_micros.saturating_sub(event.elapsed_micros)).collect();
    begun.sort_unstable();
    // Wall clocks are cut to milliseconds: half of one is missing on average.
    let middle = begun.get(begun.len() / 2).map(|middle| middle.saturating_add(500));
    middle.or_else(|| trace.events.first().map(|first| first.at_micros)).unwrap_or_default()
}

/// A line of the coordinator's own. What it hears after it has answered is counted from that hearing, not from its
/// beginning.
fn own(event: &TraceEvent, wall: i64, duration: Option<u64>) -> i64 {
    let duration = duration.and_then(|duration| i64::try_from(duration).ok());
    let ended = match duration {
        Some(duration) => wall.saturating_add(1_000) >= duration,
        None => wall.saturating_sub(event.elapsed_micros) > WAITED,
    };
    if ended && event.elapsed_micros < wall / 2 {
        return duration.map_or(wall, |duration| wall.max(duration.saturating_add(1)));
    }
    event.elapsed_micros
}

/// One hearing of the request by a node that is not the coordinator.
struct Hearing<'a> {
    node: &'a str,
    /// On the coordinator's clock.
    began: i64,
}

/// The hearing a line belongs to: the one whose clock agrees best, or a new one.
fn hearing<'a>(hearings: &mut Vec<Hearing<'a>>, event: &'a TraceEvent, line: Line<'_>, wall: i64) -> usize {
    let began = wall.saturating_sub(event.elapsed_micros);
    let off = |hearing: &Hearing<'_>| hearing.began.saturating_sub(began).saturating_abs();
    let own = hearings.iter().enumerate().filter(|(_, hearing)| hearing.node == event.source);
    let nearest = own.map(|(index, hearing)| (off(hearing), index)).min();
    let allowed = if matches!(line, Line::Received { .. }) { AGREE } else { WAITED };
    match nearest {
        Some((off, index)) if off <= allowed => index,
        _ => {
            hearings.push(Hearing { node: &event.source, began });
            hearings.len() - 1
        }
    }
}

/// Moves hearings so that nothing in them was received before it was sent. What one rests on may move after it (a write
/// that is passed on within a data center), so this is done until nothing moves.
fn settle(lines: &mut [Timed<'_>], hearings: &mut [Hearing<'_>]) {
    let pairs = pairs(lines);
    for _ in 0..=hearings.len() {
        let before: Vec<i64> = hearings.iter().map(|hearing| hearing.began).collect();
        settle_once(lines, hearings, &pairs);
        if hearings.iter().map(|hearing| hearing.began).eq(before) {
            return;
        }
    }
}

fn settle_once(lines: &mut [Timed<'_>], hearings: &mut [Hearing<'_>], pairs: &[Pair]) {
    for (index, hearing) in hearings.iter_mut().enumerate() {
        let mut earliest = i64::MIN;
        let mut latest = i64::MAX;
        for pair in pairs {
            let (Some(sent), Some(received)) = (pair.sent, pair.received) else { continue };
            let (sent, received) = (lines[sent], lines[received]);
            if received.hearing == Some(index) && sent.hearing != Some(index) {
                earliest = earliest.max(sent.at.saturating_sub(received.event.elapsed_micros));
            }
            if sent.hearing == Some(index) && received.hearing != Some(index) {
                latest = latest.min(received.at.saturating_sub(sent.event.elapsed_micros));
            }
        }
        // Where the two contradict each other, a request is not received before it was sent.
        let began = hearing.began.min(latest).max(earliest);
        hearing.began = began;
        for line in lines.iter_mut().filter(|line| line.hearing == Some(index)) {
            line.at = began.saturating_add(line.event.elapsed_micros);
        }
    }
}

/// Sending and receiving lines of the same message, put together in their order.
pub(super) fn pairs(lines: &[Timed<'_>]) -> Vec<Pair> {
    let mut waiting: BTreeMap<(&str, &str, &str), VecDeque<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        if let Line::Received { verb, from } = line.line {
            waiting.entry((from, &line.event.source, verb)).or_default().push_back(index);
        }
    }
    let mut pairs = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if let Line::Sent { verb, to } = line.line {
            let received = waiting.get_mut(&(line.event.source.as_str(), to, verb)).and_then(VecDeque::pop_front);
            pairs.push(Pair { sent: Some(index), received });
        }
    }
    let untold = waiting.into_values().flatten();
    pairs.extend(untold.map(|received| Pair { sent: None, received: Some(received) }));
    pairs
}
