//! Runs a future so that its panic is a value: in polling it and in dropping it.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::caught::{Caught, catch};

/// A future whose panic is an error.
pub(crate) struct Guarded<F> {
    future: Option<Pin<Box<F>>>,
}

/// A panic: what it said, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panicked {
    text: String,
    location: Option<String>,
}

/// Does something whose panic is an error.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch(work).map_err(Panicked::new)
}

impl<F: Future> Guarded<F> {
    pub(crate) fn new(future: F) -> Self {
        Self {
            future: Some(Box::pin(future)),
        }
    }

    /// Drops the future now, whatever comes of that.
    pub(crate) fn give_up(&mut self) -> Result<(), Panicked> {
        let future = self.future.take();
        catch(|| drop(future)).map_err(Panicked::new)
    }
}

impl<F: Future> Future for Guarded<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else {
            // Given up, or polled again after its end: it will never have another output.
            return Poll::Pending;
        };
        let polled = catch(|| future.as_mut().poll(context));
        let output = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(caught) => Err(Panicked::new(caught)),
        };
        let dropped = self.give_up();
        // The first panic is the one to tell of.
        Poll::Ready(output.and_then(|output| dropped.map(|()| output)))
    }
}

impl<F> Drop for Guarded<F> {
    fn drop(&mut self) {
        let future = self.future.take();
        if let Err(caught) = catch(|| drop(future)) {
            let Panicked { text, .. } = Panicked::new(caught);
            tracing::error!(%text, "a handler panicked when it was dropped");
        }
    }
}

impl Panicked {
    fn new(caught: Caught) -> Self {
        let location = caught.location().map(str::to_owned);
        let panic = caught.into_panic();
        let text = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let text = text.unwrap_or("(a value that is not text)").to_owned();
        // Its drop is code of the handler's, too. What a panic of that carries is leaked: there
        // is no end to this otherwise.
        if let Err(again) = catch(|| drop(panic)) {
            std::mem::forget(again.into_panic());
        }
        Self { text, location }
    }

    /// What the panic said.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where it happened, as `file:line:column`, if that is known.
    pub(crate) fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct PanicsOnDrop;

    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    #[tokio::test]
    async fn p7_a_panic_is_a_value() {
        let guarded = Guarded::new(async { panic!("polled") });
        let result: Result<(), _> = guarded.await;
        let panicked = result.unwrap_err();
        assert_eq!(panicked.text(), "polled");
        assert!(panicked.location().unwrap().contains("guard.rs:"));
    }

    #[tokio::test]
    async fn p7_a_panic_that_carries_another_one_is_a_value() {
        let guarded = Guarded::new(async { std::panic::panic_any(PanicsOnDrop) });
        let result: Result<(), _> = guarded.await;
        assert_eq!(result.unwrap_err().text(), "(a value that is not text)");
    }

    #[tokio::test]
    async fn p7_a_panic_of_a_drop_is_a_value() {
        let held = PanicsOnDrop;
        let guarded = Guarded::new(async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        tokio::pin!(guarded);
        assert_eq!(guarded.give_up().unwrap_err().text(), "dropped");
        let mut finishing = Guarded::new(std::future::ready(7));
        assert_eq!((&mut finishing).await, Ok(7));
    }
}
