//! An activity as a value: `ActivityEntry`.

use std::any::TypeId;
use std::fmt;
use std::pin::Pin;

use crate::activity::{Activity, ActivityOptions, Call};
use crate::description::Description;
use crate::failure::Failure;
use crate::payload::Payload;

/// What the call of a handler comes to.
pub(crate) type HandlerFuture = Pin<Box<dyn Future<Output = Result<Payload, Failure>> + Send>>;

/// An activity as a value, whatever its type.
#[derive(Clone, Copy)]
pub struct ActivityEntry {
    name: &'static str,
    options: ActivityOptions,
    describe: fn(&mut Description),
    run: fn(Call) -> HandlerFuture,
    id: TypeId,
}

impl ActivityEntry {
    /// The activity of a type.
    #[must_use]
    pub const fn of<A: Activity>() -> Self {
        Self {
            name: A::NAME,
            options: A::OPTIONS,
            describe: A::describe,
            run: run::<A>,
            id: TypeId::of::<A>(),
        }
    }

    /// The name under which the service knows the activity.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What its attribute says.
    #[must_use]
    pub const fn options(&self) -> ActivityOptions {
        self.options
    }

    /// What it says about itself.
    #[must_use]
    pub fn description(&self) -> Description {
        let mut description = Description::default();
        (self.describe)(&mut description);
        description
    }

    pub(crate) fn run(&self) -> fn(Call) -> HandlerFuture {
        self.run
    }

    /// The type that it was made of.
    pub(crate) fn id(&self) -> TypeId {
        self.id
    }
}

/// A task that its handler detached ends here, so that layers see what it comes to.
fn run<A: Activity>(call: Call) -> HandlerFuture {
    let context = call.context().clone();
    let returned = A::run(call);
    Box::pin(async move { context.completed(returned.await).await })
}

impl fmt::Debug for ActivityEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivityEntry")
            .field("name", &self.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
