//! Bodies of the commands in [`crate::schema`], by area: resolve, act, answer. What they work with lives elsewhere.

pub(crate) mod acting;
pub(crate) mod experiments;
pub(crate) mod journals;
pub(crate) mod labs;
pub(crate) mod learn;
pub(crate) mod machine;
