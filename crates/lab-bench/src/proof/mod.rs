//! The proof that the weather pipeline works, as one file: what its engines said of their counts and of a sample of records at
//! every hop. It says nothing that cannot be asked again; whether it still holds is decided by comparing it with what they say
//! now.

mod compare;
mod read;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use lab_model::facts::lab::ImageInUse;
use serde::{Deserialize, Serialize};

pub use self::{
    compare::{Finding, Stands, compare},
    read::{Unreadable, read},
    report::html,
};

/// Of this module's files.
pub const FORMAT: u32 = 1;

/// The proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`FORMAT`].
    pub format: u32,
    /// When it was taken, RFC 3339, UTC.
    pub taken: String,
    /// Of Pipewright.
    pub version: String,
    /// The lab.
    pub lab: String,
    /// Its stack.
    pub stack: String,
    /// Its nodes, by name.
    pub nodes: Vec<String>,
    /// Images in use, with versions and content ids.
    pub images: Vec<ImageInUse>,
    /// The pipeline as a whole.
    pub flow: Flow,
    /// The sample.
    pub records: Vec<OneRecord>,
}

/// What `pipeline_flow` showed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// By stage.
    pub stages: Vec<StageCount>,
    /// How many records are where, by the names of the view's model; null where it was not known.
    pub counts: BTreeMap<String, Option<u64>>,
    /// All counts are the same; null where it was not known.
    pub agrees: Option<bool>,
    /// What does not agree.
    #[serde(default)]
    pub disagreements: Vec<String>,
    /// What of it was not known then.
    #[serde(default)]
    pub unknown: Vec<String>,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageCount {
    /// Which.
    pub stage: String,
    /// What acts in it.
    pub acts: String,
    /// How many; null where it was not known.
    pub count: Option<u64>,
    /// Of what.
    pub unit: String,
}

/// A record of the sample, as `record_journey` showed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OneRecord {
    /// Its topic.
    pub topic: String,
    /// Its id.
    pub record: String,
    /// The content hash that its header says; null where it was not read.
    pub hash: Option<String>,
    /// In the order of its way.
    pub hops: Vec<OneHop>,
    /// What of it was not known then.
    #[serde(default)]
    pub unknown: Vec<String>,
}

/// A hop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OneHop {
    /// Which.
    pub hop: String,
    /// What is there.
    pub title: String,
    /// `found`, `waits`, `missing` or `unknown`.
    pub standing: String,
    /// Why it is not there.
    #[serde(default)]
    pub why: Option<String>,
    /// Where, and what was read there.
    pub places: Vec<OnePlace>,
}

/// A place at a hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnePlace {
    /// Where, in the engine's words.
    pub place: String,
    /// Who says so.
    #[serde(default)]
    pub said_by: Option<String>,
    /// The hash of the content that was read there; null where the content itself was not read.
    #[serde(default)]
    pub hash: Option<String>,
    /// It is the record's.
    #[serde(default)]
    pub same: Option<bool>,
}

impl Proof {
    /// At how many hops of all records the content was read, and at how many it was the record's.
    pub fn read_and_same(&self) -> (usize, usize) {
        let hops = || self.records.iter().flat_map(|record| &record.hops).filter(|hop| hop.is_read());
        (hops().count(), hops().filter(|hop| hop.places.iter().all(|place| place.same != Some(false))).count())
    }
}

impl OneHop {
    /// The content itself was read there.
    pub fn is_read(&self) -> bool {
        self.places.iter().any(|place| place.hash.is_some() && place.same.is_some())
    }
}
