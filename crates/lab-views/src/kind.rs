//! Kinds of view by name: the typed trait behind JSON, for lessons, `watch` and the UI, which name views as text.

use std::any::Any;

use lab_model::{Need, Observation, escaped};
use schemars::Schema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::view::{Gaps, Projection, View};

/// The parameters do not fit the kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("view {kind}: {why}")]
pub struct ParamsError {
    /// The kind asked for.
    pub kind: String,
    /// What is wrong, in serde's words.
    pub why: String,
}

/// A view state being folded, its type forgotten.
pub trait Fold: Send + Sync {
    /// See [`View::apply`].
    fn apply(&mut self, observation: &Observation) -> bool;
    /// See [`View::project`].
    ///
    /// # Errors
    /// If `params` are not this kind's.
    fn project(&self, params: &Value) -> Result<Projection<Value>, ParamsError>;
    /// See [`View::gaps`].
    ///
    /// # Errors
    /// If `params` are not this kind's.
    fn gaps(&self, params: &Value) -> Result<Gaps, ParamsError>;
    /// The state, for a keyframe.
    fn keyframe(&self) -> Value;
    /// A copy.
    fn boxed_clone(&self) -> Box<dyn Fold>;
    /// The fold with its own type: what `state` reads.
    fn as_any(&self) -> &dyn Any;
}

impl dyn Fold {
    /// The state, typed: for code that asks more than a picture shows. None if it is another kind's.
    pub fn state<V: View>(&self) -> Option<&V::State> {
        self.as_any().downcast_ref::<Folding<V>>().map(|folding| &folding.0)
    }
}

/// A kind of view, its types forgotten.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The name.
    pub name: &'static str,
    /// A line about it.
    pub says: &'static str,
    /// JSON Schema of its parameters.
    pub params_schema: fn() -> Schema,
    /// JSON Schema of its model: what sentences are checked against.
    pub model_schema: fn() -> Schema,
    /// What it needs observed.
    pub needs: fn(&Value) -> Result<Vec<Need>, ParamsError>,
    /// A fold that has seen nothing.
    pub new_fold: fn() -> Box<dyn Fold>,
    /// A fold that goes on from a keyframe.
    pub from_keyframe: fn(Value) -> Result<Box<dyn Fold>, ParamsError>,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kind({})", self.name)
    }
}

impl Kind {
    pub(crate) const fn of<V: View>() -> Self {
        Self {
            name: V::KIND,
            says: V::SAYS,
            params_schema: || schemars::schema_for!(V::Params),
            model_schema: || schemars::schema_for!(V::Model),
            needs: |params| parse::<V, V::Params>(params.clone()).map(|params| V::needs(&params)),
            new_fold: || Box::new(Folding::<V>(V::State::default())),
            from_keyframe: |state| resumed::<V>(state),
        }
    }
}

/// All kinds, by name.
pub fn kinds() -> &'static [Kind] {
    crate::kinds::ALL
}

/// The kind of that name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    kinds().iter().find(|kind| kind.name == name)
}

struct Folding<V: View>(V::State);

impl<V: View> Fold for Folding<V> {
    fn apply(&mut self, observation: &Observation) -> bool {
        V::apply(&mut self.0, observation)
    }

    fn project(&self, params: &Value) -> Result<Projection<Value>, ParamsError> {
        let params = parse::<V, V::Params>(params.clone())?;
        let Projection { model, table, summary, known } = V::project(&self.0, &params);
        let model = serde_json::to_value(model).map_err(|error| refused::<V>(&error))?;
        Ok(Projection { model, table, summary: escaped(&summary, false), known })
    }

    fn gaps(&self, params: &Value) -> Result<Gaps, ParamsError> {
        Ok(V::gaps(&self.0, &parse::<V, V::Params>(params.clone())?))
    }

    fn keyframe(&self) -> Value {
        serde_json::to_value(&self.0).unwrap_or(Value::Null)
    }

    fn boxed_clone(&self) -> Box<dyn Fold> {
        Box::new(Self(self.0.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A fold that goes on from a keyframe. What is new in a state has a default; a keyframe of which nothing is in the state is
/// of something else, and would be taken for a state in which nothing was heard.
fn resumed<V: View>(keyframe: Value) -> Result<Box<dyn Fold>, ParamsError> {
    let fresh = Folding::<V>(V::State::default()).keyframe();
    let fits = match (&keyframe, &fresh) {
        (Value::Object(keyframe), Value::Object(fresh)) if !fresh.is_empty() => {
            keyframe.keys().any(|name| fresh.contains_key(name))
        }
        _ => keyframe == fresh,
    };
    if !fits {
        return Err(ParamsError { kind: V::KIND.to_owned(), why: "the keyframe has nothing of its state".to_owned() });
    }
    Ok(Box::new(Folding::<V>(parse::<V, V::State>(keyframe)?)))
}

fn parse<V: View, T: DeserializeOwned>(value: Value) -> Result<T, ParamsError> {
    let value = if value.is_null() { Value::Object(serde_json::Map::new()) } else { value };
    serde_json::from_value(value).map_err(|error| refused::<V>(&error))
}

fn refused<V: View>(error: &serde_json::Error) -> ParamsError {
    ParamsError { kind: V::KIND.to_owned(), why: error.to_string() }
}
