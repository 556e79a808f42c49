//! `ResultWriter`: where results go, and in what form.

use super::super::object::Object;
use super::super::payload;
use super::super::report::Report;
use super::reader::{parameters_name, word};
use crate::asl::distributed::{OutputType, ResultWriter, Transformation};

/// Reads `ResultWriter`; the inner `None` means that there is none.
pub(super) fn read(state: &Object<'_>, report: &mut Report) -> Option<Option<ResultWriter>> {
    const NAME: &str = "ResultWriter";
    if !state.has(NAME) {
        return Some(None);
    }
    let writer = state.object(NAME, report)?;
    let parameters = parameters_name(report);
    writer.allow_only(&[parameters, "Resource", "WriterConfig"], report);
    if !writer.has("Resource") && !writer.has("WriterConfig") {
        writer.require(&["Resource"], report);
        return None;
    }
    let target = if writer.has("Resource") {
        check_resource(&writer, report)?;
        writer.require(&[parameters], report);
        Some(payload::read(&writer, parameters, parameters, report)??)
    } else {
        None
    };
    // What is written away keeps all there is to know; what stays in the state is its output.
    let default = if target.is_some() {
        Transformation::None
    } else {
        Transformation::Compact
    };
    let (output, transformation) = match writer.object("WriterConfig", report) {
        Some(config) => read_config(&config, default, report)?,
        None if writer.has("WriterConfig") => return None,
        None => (OutputType::Json, default),
    };
    Some(Some(ResultWriter {
        target,
        output,
        transformation,
    }))
}

fn check_resource(writer: &Object<'_>, report: &mut Report) -> Option<()> {
    let resource = writer.text("Resource", report)?;
    if let ["arn", _, "states", "", "", "s3:putObject"] =
        resource.splitn(6, ':').collect::<Vec<_>>()[..]
    {
        return Some(());
    }
    report
        .schema(
            &writer.field("Resource"),
            format!("The resource '{resource}' cannot be written by a ResultWriter"),
        )
        .advise("use arn:aws:states:::s3:putObject");
    None
}

fn read_config(
    config: &Object<'_>,
    default: Transformation,
    report: &mut Report,
) -> Option<(OutputType, Transformation)> {
    config.allow_only(&["OutputType", "Transformation"], report);
    let output = word(config, "OutputType", &["JSON", "JSONL"], report)?;
    let words = ["NONE", "COMPACT", "FLATTEN"];
    let transformation = match word(config, "Transformation", &words, report)? {
        Some("NONE") => Transformation::None,
        Some("COMPACT") => Transformation::Compact,
        Some(_) => Transformation::Flatten,
        None => default,
    };
    let output = if output == Some("JSONL") {
        OutputType::JsonLines
    } else {
        OutputType::Json
    };
    Some((output, transformation))
}
