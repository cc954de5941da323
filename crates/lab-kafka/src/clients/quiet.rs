//! A panic that is caught where it arises says nothing on the terminal.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

/// The hook for panics belongs to the whole process: it is put in place once.
static HOOK: Once = Once::new();

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Calls what may panic by a fault of another crate; none if it did. Panics of other threads, and all others of this one,
/// are told as before.
pub(super) fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let told = take_hook();
        set_hook(Box::new(move |panic| {
            if !CAUGHT.get() {
                told(panic);
            }
        }));
    });
    CAUGHT.set(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    CAUGHT.set(false);
    result.ok()
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    #[test]
    fn only_the_caught_panic_is_silent() {
        let (told, count) = (take_hook(), Arc::new(AtomicUsize::new(0)));
        let counting = Arc::clone(&count);
        set_hook(Box::new(move |panic| match panic.payload().downcast_ref::<&str>() {
            Some(&"of this test") => _ = counting.fetch_add(1, Ordering::SeqCst),
            _ => told(panic),
        }));
        assert_eq!(caught(|| 3), Some(3));
        assert_eq!(caught(|| panic!("of this test")), None::<()>);
        assert_eq!(count.load(Ordering::SeqCst), 0);
        catch_unwind(|| panic!("of this test")).unwrap_err();
        assert_eq!(count.load(Ordering::SeqCst), 1);
        std::thread::spawn(|| panic!("of this test")).join().unwrap_err();
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }
}
