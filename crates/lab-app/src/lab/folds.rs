//! The folds of a journal: what every kind of view knows of it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lab_model::{Fact, Observation};
use lab_views::{Fold, Gaps, ParamsError, Projection, View};
use serde_json::Value;

use super::systems::ENGINES;

/// A fold of each kind of view, with the number of the observation that last changed it.
pub(crate) struct Folds(BTreeMap<&'static str, Folded>);

struct Folded {
    fold: Box<dyn Fold>,
    /// How many observations changed it so far.
    revision: u64,
    /// What it shows since the last of them, by parameters: sentences and pages often ask for the same.
    shown: RefCell<Vec<(Value, Arc<Projection<Value>>)>>,
}

impl Folds {
    pub(crate) fn new() -> Self {
        let fresh = |kind: &lab_views::Kind| {
            (kind.name, Folded { fold: (kind.new_fold)(), revision: 0, shown: RefCell::default() })
        };
        Self(lab_views::kinds().iter().map(fresh).collect())
    }

    /// Goes on from what every kind of view knew. A kind that did not exist then, or that keeps another state today, begins
    /// with nothing: those are named.
    pub(crate) fn resumed(mut keyframes: BTreeMap<String, Value>) -> (Self, BTreeSet<&'static str>) {
        let (mut folds, mut without) = (Self::new(), BTreeSet::new());
        for kind in lab_views::kinds() {
            let known = keyframes.remove(kind.name).and_then(|state| (kind.from_keyframe)(state).ok());
            match (known, folds.0.get_mut(kind.name)) {
                (Some(fold), Some(folded)) => folded.fold = fold,
                _ => drop(without.insert(kind.name)),
            }
        }
        (folds, without)
    }

    /// What every kind of view knows.
    pub(super) fn keyframes(&self) -> BTreeMap<String, Value> {
        self.0.iter().map(|(kind, folded)| ((*kind).to_owned(), folded.fold.keyframe())).collect()
    }

    /// Folds one observation into every view; names the kinds it changed.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Vec<&'static str> {
        let mut changed = Vec::new();
        for (kind, folded) in &mut self.0 {
            if folded.fold.apply(observation) {
                folded.revision += 1;
                folded.shown.get_mut().clear();
                changed.push(*kind);
            }
        }
        changed
    }

    /// What a view shows: projected once for whoever asks, until an observation changes it.
    pub(super) fn project(&self, kind: &str, params: &Value) -> Result<Arc<Projection<Value>>, ParamsError> {
        let unknown = || ParamsError { kind: kind.to_owned(), why: "there is no such view".to_owned() };
        let folded = self.0.get(kind).ok_or_else(unknown)?;
        let mut shown = folded.shown.borrow_mut();
        if let Some((_, projection)) = shown.iter().find(|(of, _)| of == params) {
            return Ok(Arc::clone(projection));
        }
        let projection = Arc::new(folded.fold.project(params)?);
        shown.push((params.clone(), Arc::clone(&projection)));
        Ok(projection)
    }

    /// What a view shows, and what of it is not known.
    pub(crate) fn show(&self, kind: &str, params: &Value) -> Result<(Arc<Projection<Value>>, Gaps), ParamsError> {
        Ok((self.project(kind, params)?, self.gaps(kind, params)?))
    }

    fn gaps(&self, kind: &str, params: &Value) -> Result<Gaps, ParamsError> {
        self.0.get(kind).map_or_else(|| Ok(Gaps::default()), |folded| folded.fold.gaps(params))
    }

    pub(super) fn revision(&self, kind: &str) -> u64 {
        self.0.get(kind).map_or(0, |folded| folded.revision)
    }

    /// What a fact says, with the names of nodes as the lab knows them.
    pub(super) fn words(&self, fact: &Fact) -> String {
        ENGINES.iter().find_map(|engine| (engine.words)(self, fact)).unwrap_or_else(|| fact.to_string())
    }

    pub(super) fn state<V: View>(&self) -> Option<&V::State> {
        self.0.get(V::KIND)?.fold.state::<V>()
    }
}
