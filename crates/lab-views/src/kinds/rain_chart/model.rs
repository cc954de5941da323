//! The shape of the picture: one region's windows, by who counted them.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// What to show.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/rain_chart/model.gen.ts")]
pub struct Params {
    /// Of which region; the first by name, if none is named.
    #[serde(default)]
    #[ts(optional)]
    pub region: Option<String>,
}

/// The chart.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/rain_chart/model.gen.ts")]
pub struct Model {
    /// The region; none while none is known.
    pub region: Option<String>,
    /// All regions of which something was counted or recorded.
    pub regions: Vec<String>,
    /// Its windows in the order of days.
    pub windows: Vec<Window>,
    /// Who counted, and how fresh it is: `table`, `topic`, `batch`.
    pub counts: Vec<Count>,
    /// The newest day of which there is a record of this region.
    pub newest_record: Option<String>,
    /// Closed windows of any region of which two say different things, one sentence each, at most 20.
    pub differ: Vec<String>,
    /// How many there are; none while not known.
    #[ts(type = "number | null")]
    pub differing: Option<u64>,
    /// Airflow's clock minus the journal's, milliseconds, so that ages of what engines date can be told; none while not known.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
}

/// One day of a region, in Singapore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/rain_chart/model.gen.ts")]
pub struct Window {
    /// The day.
    pub day: String,
    /// The same as days since 1970.
    #[ts(type = "number")]
    pub number: i64,
    /// As the stream's row in Cassandra says.
    pub table: Option<Rain>,
    /// As the newest record in the topic says.
    pub topic: Option<Rain>,
    /// As the batch's row in Cassandra says.
    pub batch: Option<Rain>,
    /// The batch had found it closed; none where it did not count it.
    pub batch_closed: Option<bool>,
    /// How it stands.
    pub standing: Standing,
}

/// Rain in so many of so many periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/rain_chart/model.gen.ts")]
pub struct Rain {
    /// With rain.
    #[ts(type = "number")]
    pub rainy: i64,
    /// In all.
    #[ts(type = "number")]
    pub periods: i64,
}

/// How a window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/rain_chart/model.gen.ts")]
pub enum Standing {
    /// The stream has not closed it: it does so only when a record of a later day comes.
    Open,
    /// All who counted it closed say the same.
    Same,
    /// The batch counted it while it was open, and not since.
    Older,
    /// Two who counted it closed say different things.
    Differs,
}

/// What one of the three has of the region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/rain_chart/model.gen.ts")]
pub struct Count {
    /// `table`, `topic` or `batch`.
    pub by: String,
    /// Where it is read, e.g. `weather.rain_by_region`.
    pub place: String,
    /// Closed windows; none while that is not known.
    #[ts(type = "number | null")]
    pub windows: Option<u64>,
    /// The newest closed one.
    pub newest: Option<String>,
    /// Days that the newest record is ahead of it: one is always open. None while one of them is not known.
    #[ts(type = "number | null")]
    pub behind: Option<i64>,
    /// When the newest window was computed, Unix milliseconds, where that is written.
    #[ts(type = "number | null")]
    pub computed_at: Option<i64>,
    /// When it was last read to its end, journal time.
    #[ts(type = "number | null")]
    pub read_at: Option<Millis>,
    /// Whether who tells it answers.
    pub heard: Hearing,
    /// Why nothing is known of it, or what is amiss; none if all is well.
    pub why: Option<String>,
}
