//! A busy machine, to see that verdicts do not depend on one that rests.

use std::{
    hint::spin_loop,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// However long a check takes, the machine is left alone after this.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Keeps one processor busy until dropped, or for an hour.
pub(crate) struct Load(Arc<AtomicBool>);

impl Load {
    pub(crate) fn begin() -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        let began = Instant::now();
        thread::spawn(move || {
            while !seen.load(Ordering::Relaxed) && began.elapsed() < LONGEST {
                (0..100_000).for_each(|_| spin_loop());
            }
        });
        Self(ended)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
