//! The one trait behind every picture, table and check.
//!
//! A view never reads a clock and never does I/O: the same journal gives the same model on every machine. Ages are
//! computed by whoever shows them, from `heard_at` in the model and the journal time of the push.

use lab_model::{Need, Observation, Problem, escaped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use ts_rs::TS;

/// A kind of view: how facts become a model.
pub trait View: 'static {
    /// `system_thing`; the name of its folder, in lessons, in `watch` and in the UI.
    const KIND: &'static str;
    /// A line for the reference and the Lab's menu.
    const SAYS: &'static str;
    /// What the viewer chooses. Carries the viewport, so that a model stays small however large the cluster.
    type Params: Serialize + DeserializeOwned + JsonSchema;
    /// What the fold remembers. Serializable: it is a keyframe of the journal.
    type State: Default + Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What pictures draw and sentences speak about.
    type Model: Serialize + JsonSchema;

    /// What must be observed for this view to have something to show.
    fn needs(params: &Self::Params) -> Vec<Need>;
    /// Folds one observation in. Returns whether a projection may now look different.
    fn apply(state: &mut Self::State, observation: &Observation) -> bool;
    /// Shows the state.
    fn project(state: &Self::State, params: &Self::Params) -> Projection<Self::Model>;
    /// The parts of that which are not known, and why. Asked only for views on show, right after [`View::project`].
    fn gaps(_state: &Self::State, _params: &Self::Params) -> Gaps {
        Gaps::default()
    }
}

/// What a view cannot show: never, or not yet. Nothing, unless its kind says more.
///
/// `known` alone says whether *anything* was heard. A view that has heard something and still waits for the rest, or that
/// was asked for what there cannot be, says so here: in words, at once, and for every host alike.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Gaps {
    /// Why the view can never be shown with these parameters: no such table, a key of another type. Told at once.
    pub refusal: Option<Problem>,
    /// What is being looked for and is not known yet, a few words each, e.g. `partition 2 of orders`. Empty when all that
    /// is shown is known.
    pub awaits: Vec<String>,
}

impl Gaps {
    /// The same, waiting for this too; each is named once.
    pub(crate) fn and(mut self, more: impl IntoIterator<Item = String>) -> Self {
        for what in more {
            if !self.awaits.contains(&what) {
                self.awaits.push(what);
            }
        }
        self
    }
}

/// What a view shows, in its three forms, made once for UI, terminal, screen reader and checks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Projection<M> {
    /// The picture's data.
    pub model: M,
    /// The same as rows.
    pub table: Table,
    /// The same as one sentence; changes when the picture does.
    pub summary: String,
    /// False while nothing relevant was heard: sentences over it are *not yet known*, never true and never false.
    pub known: bool,
}

/// A model as text in rows and columns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/table.gen.ts")]
pub struct Table {
    /// Heads.
    pub columns: Vec<Column>,
    /// Cells, as many in each row as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/table.gen.ts")]
pub struct Column {
    /// The name, with the unit where it has one.
    pub name: String,
    /// Numbers align to the right.
    pub numeric: bool,
}

impl Table {
    /// An empty table; a head that starts with `#` is numeric and loses the sign.
    pub fn new(heads: &[&str]) -> Self {
        let columns = heads
            .iter()
            .map(|head| Column { name: head.trim_start_matches('#').to_owned(), numeric: head.starts_with('#') })
            .collect();
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row. Whatever somebody wrote, a cell is one line, and nothing in it acts on a terminal.
    pub fn row<I: IntoIterator<Item = S>, S: ToString>(&mut self, cells: I) {
        self.rows.push(cells.into_iter().map(|cell| escaped(&cell.to_string(), false)).collect());
    }
}

/// Whether a source is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/heard.gen.ts")]
pub enum Hearing {
    /// The source was not asked yet.
    #[default]
    NotAsked,
    /// The source answered the last question.
    Answering,
    /// The source did not answer within the deadline.
    Silent,
}
