//! How an action is declared, and how a call becomes one.

use lab_model::{ActionCall, ActionSpec, Problem};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failed;

/// An engine, as far as its actions need it.
pub trait Acting {
    /// What an action has at hand while it runs.
    type Scope: Sync;
    /// Where the engine's own tools run.
    type Place;
}

/// An action: its arguments as data, and what is done with them.
pub trait Verb<E: Acting>: DeserializeOwned + JsonSchema + Send {
    /// `system.verb_noun`.
    const NAME: &'static str;
    /// For a button.
    const TITLE: &'static str;
    /// One line.
    const SAYS: &'static str;
    /// Something is taken away.
    const DANGEROUS: bool = false;
    /// What it started goes on when it has ended, and ends with the program that did it.
    const STAYS: bool = false;

    /// Looks at the arguments beyond their types.
    ///
    /// # Errors
    /// What is wrong, naming the argument; no full stop.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// The command lines that do the same.
    fn by_hand(&self, place: &E::Place) -> Vec<String>;

    /// What nobody but the one who does it sees, in a sentence or two: engines tell what they hold, and not how they answered
    /// somebody else's client. Empty if engines tell all of it.
    fn unseen(&self) -> &'static str {
        ""
    }

    /// Does it; gives what came back, in plain words.
    fn run(self, scope: &E::Scope) -> impl Future<Output = Result<String, Problem>> + Send;
}

/// The line in the catalog.
pub fn spec<E: Acting, V: Verb<E>>() -> ActionSpec {
    let spec = ActionSpec::of::<V>(V::NAME, V::TITLE, V::SAYS);
    ActionSpec { dangerous: V::DANGEROUS, stays: V::STAYS, ..spec }
}

/// Reads a call's arguments.
///
/// # Errors
/// `action_invalid`, naming the argument.
pub fn read<E: Acting, V: Verb<E>>(call: &ActionCall) -> Result<V, Problem> {
    let invalid = |what: String| failed::invalid(V::NAME, &what);
    let verb: V = serde_json::from_value(Value::Object(call.args.clone())).map_err(|why| invalid(why.to_string()))?;
    verb.check().map_err(invalid)?;
    Ok(verb)
}

/// The one list of an engine's actions: everything that goes by an action's name is made from it. Gives `catalog`, `run`,
/// `by_hand` and `unseen`.
#[macro_export]
macro_rules! verbs {
    ($engine:ty: $($verb:ident),+ $(,)?) => {
        fn catalog() -> Vec<$crate::action::ActionSpec> {
            vec![$($crate::action::spec::<$engine, $verb>()),+]
        }

        async fn run(
            call: &$crate::action::ActionCall,
            scope: &<$engine as $crate::action::Acting>::Scope,
        ) -> Result<String, $crate::action::Problem> {
            use $crate::action::{Verb, failed, read};
            match call.name.as_str() {
                $(<$verb as Verb<$engine>>::NAME => read::<$engine, $verb>(call)?.run(scope).await,)+
                name => Err(failed::unknown(name)),
            }
        }

        fn by_hand(
            call: &$crate::action::ActionCall,
            place: &<$engine as $crate::action::Acting>::Place,
        ) -> Vec<String> {
            use $crate::action::{Verb, read};
            match call.name.as_str() {
                $(<$verb as Verb<$engine>>::NAME => {
                    read::<$engine, $verb>(call).map_or_else(|_| Vec::new(), |verb| verb.by_hand(place))
                })+
                _ => Vec::new(),
            }
        }

        fn unseen(call: &$crate::action::ActionCall) -> &'static str {
            use $crate::action::{Verb, read};
            match call.name.as_str() {
                $(<$verb as Verb<$engine>>::NAME => read::<$engine, $verb>(call).map_or("", |verb| verb.unseen()),)+
                _ => "",
            }
        }
    };
}
