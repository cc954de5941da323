//! The timeline's entries, table and sentence.

use super::{Entry, KindCount, Model, Mood, Params, State};
use crate::{
    Projection, Table,
    parts::words::{brief, count, seconds},
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let wanted = |kind: &str| params.kinds.is_empty() || params.kinds.iter().any(|only| only == kind);
    let mut entries: Vec<Entry> = state
        .entries
        .iter()
        .rev()
        .filter(|entry| wanted(&entry.kind))
        .take(params.newest)
        .cloned()
        .collect();
    entries.reverse();
    let counts =
        state.counts.iter().map(|(kind, &count)| KindCount { kind: kind.clone(), count }).collect();
    let all = state
        .counts
        .iter()
        .filter(|(kind, _)| wanted(kind))
        .fold(0_u32, |sum, (_, count)| sum.saturating_add(*count));
    let summary = summary(all, &params.kinds, entries.last());
    let model = Model { entries, counts };
    Projection { table: table(&model), summary, known: state.known, model }
}

fn summary(all: u32, kinds: &[String], newest: Option<&Entry>) -> String {
    match newest {
        None if all == 0 && kinds.is_empty() => "Nothing has happened yet.".to_owned(),
        None if all == 0 => {
            let kinds: Vec<String> = kinds.iter().map(|kind| brief(kind)).collect();
            format!("Nothing of the kind {} has happened.", kinds.join(" or "))
        }
        None => format!("{}, none shown.", count(all, "change")),
        Some(entry) => {
            let (at, says) = (seconds(entry.at), &entry.says);
            format!("{}; the newest, at {at} s: {}.", count(all, "change"), says.trim_end_matches('.'))
        }
    }
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&["#At (s)", "Said by", "Kind", "What happened", "News"]);
    for entry in &model.entries {
        let mood = match entry.mood {
            Mood::Good => "good",
            Mood::Bad => "bad",
            Mood::Ended | Mood::Plain => "",
        };
        table.row([seconds(entry.at).as_str(), &entry.source, &entry.kind, &entry.says, mood]);
    }
    table
}
