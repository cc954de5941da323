//! The application behind every host: one command schema, the running labs, the journal, jobs, lessons under way.
//!
//! No window and no terminal may move in here: a desktop shell, a browser and a test drive the same bodies.

mod app;
pub mod arguments;
mod by_hand;
mod catalog;
mod commands;
mod dispatch;
mod experiments;
mod faults;
mod feed;
mod host;
mod jobs;
pub mod journals;
mod lab;
pub mod laws;
mod learning;
mod local_host;
pub mod looking;
mod noted;
mod problem;
pub mod proof;
pub mod schema;
#[cfg(test)]
mod spoil;
mod subscribe;
mod subscriptions;
#[cfg(test)]
mod test_host;
mod words;

pub use app::App;
pub use dispatch::dispatch;
pub use experiments::Experiments;
pub use feed::Feed;
pub use host::{Content, Host};
pub use lab::{ActionResult, FollowReport, Following, Lab, Recorder};
pub use lab_lessons::Step;
pub use learning::{Begin, Learning, UnderWay};
pub use local_host::LocalHost;
pub use subscribe::subscribe;
pub use subscriptions::Subscriptions;
