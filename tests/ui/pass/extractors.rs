//! Any number of extractors, in any order, with any pattern, and one input among them.

use sfn_worker_core::{
    ActivityContext, Call, Description, Failure, FromCall, OptionalFromCall, Payload, State, activity,
};

struct Pool(u8);
struct Clock;

/// Made of others.
struct Connection {
    pool: State<Pool>,
    activity: String,
}

impl FromCall for Connection {
    fn describe(description: &mut Description) {
        State::<Pool>::describe(description);
    }

    fn from_call(call: &Call) -> Result<Self, Failure> {
        Ok(Self {
            pool: State::from_call(call)?,
            activity: call.context().activity().to_string(),
        })
    }
}

/// Can be absent.
struct Tenant(String);

impl FromCall for Tenant {
    fn from_call(call: &Call) -> Result<Self, Failure> {
        Self::optional_from_call(call)?.ok_or_else(|| Failure::permissions("no tenant"))
    }
}

impl OptionalFromCall for Tenant {
    fn optional_from_call(_: &Call) -> Result<Option<Self>, Failure> {
        Ok(None)
    }
}

#[activity]
async fn many(
    context: ActivityContext,
    State(pool): State<Pool>,
    clock: State<Clock>,
    input: Option<u64>,
    Connection { pool: same, activity }: Connection,
    tenant: Option<Tenant>,
    metrics: Option<State<Vec<u8>>>,
    whole: Payload,
    again: ActivityContext,
) -> Result<String, Failure> {
    let _ = (context, clock, metrics, again);
    let tenant = tenant.map(|Tenant(name)| name);
    Ok(format!("{} {input:?} {} {activity} {tenant:?} {}", pool.0, same.0.0, whole.len()))
}

#[activity(blocking)]
fn none_but_extractors(tenant: Tenant, state: State<dyn Fn() -> u8 + Send + Sync>) -> Result<u8, Failure> {
    let _ = tenant.0;
    Ok(state())
}

fn main() {
    let _ = (many {}, none_but_extractors {});
}
