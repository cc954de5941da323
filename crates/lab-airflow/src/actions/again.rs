//! How often something is tried where nobody knows whether it was done.

use std::time::Duration;

use tokio::time::sleep;

use crate::rest::Failure;

const TRIES: u32 = 3;
const BETWEEN: Duration = Duration::from_millis(300);

/// Tries of one thing.
#[derive(Debug, Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// Whether this may be done all the same, and there is a try left: then it is looked at, after a rest.
    pub(super) async fn look(&mut self, failure: &Failure) -> bool {
        self.0 += 1;
        let again = failure.leaves_open() && self.0 < TRIES;
        if again {
            sleep(BETWEEN).await;
        }
        again
    }

    /// Something was tried before.
    pub(super) fn is_second(&self) -> bool {
        self.0 > 0
    }
}
