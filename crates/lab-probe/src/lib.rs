//! How any engine is watched: the part of a probe that is the same whatever is asked.
//!
//! A [`Watch`] holds lanes, each a [`Look`] that is done again and again at a [`Pace`]; [`Rounds`] count them, so that
//! somebody can wait until what is true now has been looked at; an [`Account`] sends only what is new, and a [`Beat`]
//! says whether there is an answer at all. [`action`] has what the actions of all engines share.
//!
//! What an engine is asked, and in which protocol, must never move in here: no engine is named.

mod account;
pub mod action;
mod beat;
mod lane;
mod pace;
mod rounds;
mod watch;

pub use account::Account;
pub use beat::Beat;
pub use lane::Look;
pub use pace::Pace;
pub use rounds::Rounds;
pub use watch::Watch;
