//! Fields that hold a call of an intrinsic function, `States.Format('…', $.name)`.

use super::report::Report;
use crate::query::Intrinsic;

/// Reads a call, or notes why it is none.
pub(super) fn read(text: &str, path: &str, report: &mut Report) -> Option<Intrinsic> {
    match Intrinsic::parse(text) {
        Ok(call) => Some(call),
        Err(error) => {
            report
                .schema(
                    path,
                    format!("Value is not a valid intrinsic function call: {error} in '{text}'"),
                )
                .advise("write it like States.Format('{} failed', $.name)");
            None
        }
    }
}
