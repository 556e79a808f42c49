//! `ProcessorConfig`: where iterations run.

use super::super::object::Object;
use super::super::report::Report;
use crate::asl::definition::MachineType;

/// Reads the type of the child executions; none if iterations run in the Map's own execution.
pub(super) fn read(config: &Object<'_>, report: &mut Report) -> Option<MachineType> {
    config.allow_only(&["ExecutionType", "Mode"], report);
    let distributed = match config.text("Mode", report) {
        Some("DISTRIBUTED") => true,
        Some("INLINE") | None => false,
        Some(_) => {
            report.schema(
                &config.field("Mode"),
                "The field 'Mode' should have one of these values: [INLINE, DISTRIBUTED]",
            );
            false
        }
    };
    let execution_type = match config.text("ExecutionType", report) {
        Some("STANDARD") => Some(MachineType::Standard),
        Some("EXPRESS") => Some(MachineType::Express),
        Some(_) => {
            report.schema(
                &config.field("ExecutionType"),
                "The field 'ExecutionType' should have one of these values: [STANDARD, EXPRESS]",
            );
            None
        }
        None => {
            if distributed {
                config.require(&["ExecutionType"], report);
            }
            None
        }
    };
    if distributed {
        Some(execution_type.unwrap_or(MachineType::Standard))
    } else {
        None
    }
}
