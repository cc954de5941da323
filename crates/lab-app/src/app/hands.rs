//! Which labs this application starts or removes right now, and when it let the others go: a look at all labs that was
//! taken before says nothing of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::Instant,
};

use super::App;

/// Labs by name; none where it is in hand, else when it was let go.
#[derive(Default)]
pub(super) struct Hands(BTreeMap<String, Option<Instant>>);

impl Hands {
    /// Whether the lab was in hand when, or since, the container engine was asked.
    fn hold(&self, name: &str, asked: Instant) -> bool {
        self.0.get(name).is_some_and(|let_go| let_go.is_none_or(|at| at >= asked))
    }
}

/// A lab is being started or removed by this application, until dropped.
pub(super) struct InHand {
    app: Arc<App>,
    name: String,
}

impl Drop for InHand {
    fn drop(&mut self) {
        let mut hands = self.app.hands.lock().unwrap_or_else(PoisonError::into_inner);
        hands.0.insert(std::mem::take(&mut self.name), Some(Instant::now()));
    }
}

impl App {
    pub(super) fn take_in_hand(self: &Arc<Self>, name: &str) -> InHand {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner).0.insert(name.to_owned(), None);
        InHand { app: Arc::clone(self), name: name.to_owned() }
    }

    /// Whether what the container engine said then of this lab is out of date, because it was in our hands since.
    pub(super) fn had_in_hand(&self, name: &str, asked: Instant) -> bool {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner).hold(name, asked)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_look_that_is_older_than_the_letting_go_says_nothing() {
        let now = Instant::now();
        let hands = Hands([("held".to_owned(), None), ("let go".to_owned(), Some(now))].into());
        let (before, after) = (now, now + Duration::from_millis(1));
        assert!(hands.hold("held", before) && hands.hold("held", after));
        assert!(hands.hold("let go", before) && !hands.hold("let go", after));
        assert!(!hands.hold("somebody's", before));
    }
}
