//! The vocabulary every other crate speaks: what was observed, what is wanted, what is asked for, what went wrong.
//!
//! Types for TypeScript have a file each: every crate that uses one writes it anew, and must write the same.
//!
//! Plain data only. No I/O, no clock, no randomness may ever move in: journals are replayed from these types, and a
//! replay must give the same pictures on every machine.

mod action;
mod code;
mod counted;
mod datum;
pub mod facts;
mod journal;
mod need;
mod observation;
mod progress;

pub use action::{ActionCall, ActionId, ActionSpec};
pub use code::{Code, Problem};
pub use counted::counted;
pub use datum::{Datum, DatumKind, escaped};
pub use facts::Fact;
pub use journal::{FORMAT, Header};
pub use need::{AirflowNeed, CassandraNeed, KafkaNeed, Need, WeatherNeed};
pub use observation::{Draft, DraftSink, Millis, Observation, Source};
pub use progress::{Progress, ProgressSink};
