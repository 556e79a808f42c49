//! A definition that must be clean: the macro `check_asl!`.

use super::check::Check;

/// Checks a definition in a test: panics with the whole report unless it is clean.
///
/// The path is relative to the crate that the test is in; several in brackets are state machines
/// that one worker serves. The definitions are compiled into the test, so that a change of either
/// side builds and runs it again. What they are checked against is a [`Worker`](crate::Worker), a
/// [`WorkerBuilder`](crate::WorkerBuilder), a [`Contract`](crate::contract::Contract), a
/// [`Check`] with its options, or a list of activities.
///
/// After `allow` stand findings that are meant to be so, as [`Check::allow`] reads them.
///
/// # Panics
///
/// The report has an error or a warning.
///
/// # Examples
///
/// ```
/// # use sfn_worker_core::activity;
/// # use sfn_worker_core::check_asl;
/// # #[activity(name = "charge-card", heartbeat = "10s")]
/// # async fn charge(cents: u64) -> Result<u64, std::convert::Infallible> { Ok(cents) }
/// // In a test of the crate that has the activities:
/// check_asl!("src/definition/tests/charge.asl.json", [charge]);
/// # let worker = sfn_worker_core::Worker::builder(sfn_worker_core::testing::ScriptedService::new())
/// #     .activity::<charge>();
/// check_asl!(
///     "src/definition/tests/charge.asl.json",
///     worker,
///     allow = ["SFN-W002", "SFN-W006: CardDeclined"],
/// );
/// ```
#[macro_export]
macro_rules! check_asl {
    ($file:literal, $($rest:tt)+) => {
        $crate::check_asl!([$file], $($rest)+)
    };
    (
        [$($file:literal),+ $(,)?],
        [$($activity:ty),+ $(,)?]
        $(, allow = [$($allow:expr),* $(,)?])?
        $(,)?
    ) => {
        $crate::check_asl!(
            [$($file),+],
            $crate::contract::Contract::new()$(.activity::<$activity>())+
            $(, allow = [$($allow),*])?
        )
    };
    ([$($file:literal),+ $(,)?], $worker:expr $(, allow = [$($allow:expr),* $(,)?])? $(,)?) => {
        $crate::definition::expect_clean(
            &$crate::definition::Check::from(&$worker)$($(.allow($allow))*)?,
            &[$((
                $file,
                ::core::include_str!(::core::concat!(
                    ::core::env!("CARGO_MANIFEST_DIR"),
                    "/",
                    $file
                )),
            )),+],
        )
    };
}

/// Panics with the reports of the definitions that are not clean.
#[doc(hidden)]
#[track_caller]
pub fn expect_clean(check: &Check, definitions: &[(&str, &str)]) {
    let reports = check.run_all(definitions.iter().map(|(_, text)| *text));
    let mut wrong = String::new();
    for ((file, _), report) in definitions.iter().zip(&reports) {
        if !report.is_clean() {
            wrong.push_str(&format!("{file} does not fit the worker:\n\n{report}\n\n"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}Every code is explained in docs/definition-checks.md. What is meant to be so can \
         be allowed: with `allow(SFN-W006: NAME)` in a Comment of the state, or with \
         `allow = [\"SFN-W006: NAME\"]` in check_asl!.\n"
    );
}
