//! What came back of a request, and how it is told: the first rows, and a statement cut to a length that a journal can bear.

use lab_model::{
    Datum,
    facts::cassandra::{RequestKind, RequestOutcome, RequestSeen},
};
use scylla::{
    deserialize::row::{ColumnIterator, RawColumn},
    response::query_result::QueryResult,
};
use tokio::time::Instant;

use super::Request;
use crate::{
    level::SerialLevel,
    wire::{Answer, Row, datum},
};

/// Letters of a statement that are told.
const CQL_MOST: usize = 500;
/// Rows of an answer that are told.
const ROWS_MOST: usize = 20;

/// What came back.
#[derive(Debug, Default)]
pub(super) struct Came {
    pub(super) outcome: Option<RequestOutcome>,
    pub(super) took_micros: u64,
    pub(super) trace: Option<String>,
    pub(super) warnings: Vec<String>,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Datum>>,
    pub(super) row_count: u64,
}

pub(super) fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

pub(super) fn read_answer(answer: Answer) -> Came {
    let mut came = Came { trace: answer.trace, warnings: answer.warnings, ..Came::default() };
    if let Some(table) = answer.table {
        came.columns = table.columns.iter().map(|column| column.name.clone()).collect();
        came.rows = table.rows().take(ROWS_MOST).map(Row::all).collect();
        came.row_count = table.count() as u64;
        came.say_more(table.more);
    }
    came
}

pub(super) fn read_result(result: QueryResult, more: bool) -> Came {
    let mut came = Came { warnings: result.warnings().map(str::to_owned).collect(), ..Came::default() };
    let Ok(rows) = result.into_rows_result() else { return came };
    came.columns = rows.column_specs().iter().map(|column| column.name().to_owned()).collect();
    came.row_count = rows.rows_num() as u64;
    if let Ok(read) = rows.rows::<ColumnIterator<'_, '_>>() {
        came.rows = read.take(ROWS_MOST).filter_map(Result::ok).map(read_row).collect();
    }
    came.say_more(more);
    came
}

fn read_row(row: ColumnIterator<'_, '_>) -> Vec<Datum> {
    let unread = || Datum::unread("it does not fit its answer", 0);
    let value = |column: RawColumn<'_, '_>| {
        datum(&column.spec.typ().clone().into_owned(), column.slice.map(|slice| slice.as_slice()))
    };
    row.map(|column| column.map_or_else(|_| unread(), value)).collect()
}

impl Came {
    fn say_more(&mut self, more: bool) {
        if more {
            self.warnings.push(format!("only the first {} rows were read", self.row_count));
        }
    }

    /// A conditional write: whether its condition held.
    fn applied(&self) -> Option<bool> {
        let place = self.columns.iter().position(|column| column == "[applied]")?;
        Some(self.rows.first()?.get(place)?.text == "True")
    }
}

pub(super) fn seen(
    id: String,
    kind: RequestKind,
    request: &Request,
    (coordinator, came): (Option<String>, Came),
) -> RequestSeen {
    let conditional = kind == RequestKind::Conditional;
    let serial = request.serial_level.unwrap_or(SerialLevel::Serial);
    let applied = came.applied().filter(|_| conditional);
    RequestSeen {
        id,
        cql: first(&request.cql, CQL_MOST),
        kind,
        coordinator,
        level: request.level.name().to_owned(),
        serial_level: conditional.then(|| serial.name().to_owned()),
        outcome: came.outcome.unwrap_or(RequestOutcome::Ok),
        took_micros: came.took_micros,
        trace: came.trace,
        columns: came.columns,
        rows: came.rows,
        row_count: came.row_count,
        applied,
        warnings: came.warnings,
    }
}

fn first(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
