//! A panic that was caught, and where it happened.
//!
//! Nobody but the panic hook is told where. So the first one who wants to know puts a hook before
//! the one that is there: it takes a note for a thread that catches, and calls the other.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind};
use std::sync::Once;

thread_local! {
    /// How many calls of [`catch`] are under way on this thread, one in the other.
    static CATCHING: Cell<u32> = const { Cell::new(0) };
    /// Where the latest panic happened that the innermost of them may catch.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught.
pub(crate) struct Caught {
    panic: Box<dyn Any + Send>,
    location: Option<String>,
}

/// Calls a closure; its panic is a value.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Caught> {
    put_hook();
    let before = PLACE.take();
    CATCHING.set(CATCHING.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(CATCHING.get() - 1);
    let location = PLACE.replace(before);
    result.map_err(|panic| Caught { panic, location })
}

impl Caught {
    /// Lets the panic go on here, as if it had happened on this thread.
    pub(crate) fn resume(self) -> ! {
        PLACE.set(self.location);
        resume_unwind(self.panic)
    }

    /// Where it happened, as `file:line:column`; none if a hook that came later hides it.
    pub(crate) fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// What it carries.
    pub(crate) fn into_panic(self) -> Box<dyn Any + Send> {
        self.panic
    }
}

fn put_hook() {
    static HOOK: Once = Once::new();
    // A thread that panics may not change the hook; another call will.
    if HOOK.is_completed() || std::thread::panicking() {
        return;
    }
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            note(info);
            before(info);
        }));
    });
}

fn note(info: &PanicHookInfo<'_>) {
    // The thread may be ending, and its variables be gone.
    let catching = CATCHING.try_with(Cell::get).unwrap_or(0);
    if let (true, Some(location)) = (catching > 0, info.location()) {
        let _ = PLACE.try_with(|place| place.replace(Some(location.to_string())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of<T>(result: Result<T, Caught>) -> u32 {
        let location = result.err().unwrap().location.unwrap();
        let (file, rest) = location.split_once(':').unwrap();
        assert!(file.ends_with("caught.rs"), "{location}");
        rest.split(':').next().unwrap().parse().unwrap()
    }

    #[test]
    fn a_panic_has_a_place() {
        let line = line!() + 1;
        let caught = catch(|| panic!("here"));
        assert_eq!(line_of::<()>(caught), line);
    }

    #[test]
    fn a_panic_that_goes_on_elsewhere_keeps_its_place() {
        let line = line!() + 1;
        let work = || catch(|| panic!("there"));
        let caught: Result<(), Caught> = std::thread::spawn(work).join().unwrap();
        let again: Result<(), Caught> = catch(|| caught.err().unwrap().resume());
        assert_eq!(line_of(again), line);
    }

    #[test]
    fn a_panic_within_the_catching_of_another_one_does_not_move_it() {
        struct CatchesOnDrop;
        impl Drop for CatchesOnDrop {
            fn drop(&mut self) {
                assert!(catch(|| panic!("inner")).is_err());
            }
        }
        let line = line!() + 3;
        let caught: Result<(), Caught> = catch(|| {
            let _catches = CatchesOnDrop;
            panic!("outer");
        });
        assert_eq!(line_of(caught), line);
    }

    #[test]
    fn a_panic_that_no_hook_saw_has_no_place() {
        let caught: Result<(), Caught> = catch(|| resume_unwind(Box::new("silent")));
        assert_eq!(caught.err().unwrap().location(), None);
    }
}
