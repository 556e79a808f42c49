//! Methods of a value are activities, and stay methods.

use sfn_worker_core::{Activities, ActivityContext, ActivitySet, Failure, State, activities, activity};

struct Billing {
    fee: u64,
}

#[derive(serde::Deserialize, serde::Serialize)]
struct Wrapped<T>(T);

trait Priced {
    type Price;
}

impl Priced for Billing {
    type Price = u64;
}

#[activities(prefix = "billing-", defaults(timeout = "10m", heartbeat = "15s", concurrency = 2))]
impl Billing {
    const LIMIT: u64 = { 100 };

    /// Gives money back.
    #[activity(timeout = "1m", unknown_fields = "refuse")]
    pub(crate) async fn refund(&self, cents: u64, context: ActivityContext) -> Result<u64, Failure> {
        let _ = context;
        Ok(self.with_fee(cents))
    }

    #[activity(blocking, name = "close")]
    fn close_books(&self, Wrapped(days): Wrapped<Vec<u64>>) -> Result<impl serde::Serialize, Failure> {
        Ok(days.len())
    }

    #[activity]
    async fn r#move(&self) -> Result<&'static str, Failure> {
        Ok("moved")
    }

    #[activity]
    async fn without_the_value(price: <Self as Priced>::Price) -> Result<u64, Failure> {
        Ok(price.min(Self::LIMIT))
    }

    #[activity]
    async fn with_itself(&self, me: State<Self>, others: Option<State<Vec<Self>>>) -> Result<bool, Failure> {
        Ok(me.fee == self.fee && others.is_none())
    }

    #[activity]
    async fn borrows(&self) -> Result<Borrowed<'_>, Failure> {
        Ok(Borrowed(&self.fee))
    }

    #[activity(name = "either")]
    #[cfg(all())]
    async fn one(&self) -> Result<(), Failure> {
        Ok(())
    }

    #[activity(name = "either")]
    #[cfg(not(all()))]
    async fn other(&self) -> Result<Missing, Missing> {
        Ok(())
    }

    fn with_fee(&self, cents: u64) -> u64 {
        cents + self.fee
    }
}

#[derive(serde::Serialize)]
struct Borrowed<'a>(&'a u64);

struct Store<T>(T);

#[activities]
impl Store<u8> {
    #[activity]
    async fn read(&self) -> Result<u8, Failure> {
        Ok(self.0)
    }
}

fn names<T: Activities>() -> Vec<&'static str> {
    ActivitySet::of::<T>().iter().map(|entry| entry.name()).collect()
}

fn main() {
    struct Local;

    #[activities]
    impl Local {
        #[activity]
        async fn local(&self) -> Result<(), Failure> {
            Ok(())
        }
    }

    assert_eq!(Billing { fee: 5 }.with_fee(1), 6);
    assert_eq!(
        names::<Billing>(),
        [
            "billing-refund",
            "close",
            "billing-move",
            "billing-without_the_value",
            "billing-with_itself",
            "billing-borrows",
            "either",
        ]
    );
    assert_eq!(names::<Store<u8>>(), ["read"]);
    assert_eq!(names::<Local>(), ["local"]);
}
