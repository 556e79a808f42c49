//! Operations on state machines.

use serde_json::{Value, json};

use super::error::ApiError;
use super::page::{PageRequest, next_token};
use super::request::{Request, Text};
use super::{epoch_seconds, settings};
use crate::arn::StateMachineArn;
use crate::asl::{MachineType, variable_references};
use crate::engine::{Engine, EngineError, ErrorCode, NewStateMachine, Update, default_logging};
use crate::store::{Revision, Settings};

pub(super) fn create(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let name = request.required_text("name", Text::NAME);
    let definition = request.required_text("definition", Text::DEFINITION);
    let role_arn = request.required_text("roleArn", Text::ARN);
    let kind = request.word("type", &["STANDARD", "EXPRESS"]);
    let logging = settings::logging(&mut request);
    let tracing = settings::tracing(&mut request);
    let encryption = settings::encryption(&mut request);
    let tags = settings::tags(&mut request);
    let versions = VersionRequest::read(&mut request);
    request.finish()?;
    versions.refuse()?;
    settings::check_tags(&tags, &name)?;
    let created = engine.add_state_machine(NewStateMachine {
        name,
        kind: match kind {
            Some("EXPRESS") => MachineType::Express,
            _ => MachineType::Standard,
        },
        settings: Settings {
            definition: definition.into(),
            role_arn: role_arn.into(),
            logging: logging.unwrap_or_else(default_logging),
            tracing: tracing.unwrap_or(false),
            encryption: encryption
                .map_or_else(|| Ok(Default::default()), |given| given.setting())?,
        },
        tags,
    })?;
    Ok(json!({
        "stateMachineArn": created.arn.as_str(),
        "creationDate": epoch_seconds(created.created),
    }))
}

pub(super) fn update(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("stateMachineArn", Text::ARN);
    let definition = request.text("definition", Text::DEFINITION);
    let role_arn = request.text("roleArn", Text::ARN);
    let logging = settings::logging(&mut request);
    let tracing = settings::tracing(&mut request);
    let encryption = settings::encryption(&mut request);
    let versions = VersionRequest::read(&mut request);
    request.finish()?;
    versions.refuse()?;
    let arn: StateMachineArn = arn.parse()?;
    let encryption = encryption.map(|given| given.setting()).transpose()?;
    let is_empty = definition.is_none()
        && role_arn.is_none()
        && logging.is_none()
        && tracing.is_none()
        && encryption.is_none();
    if is_empty {
        return Err(EngineError::new(
            ErrorCode::MissingRequiredParameter,
            "Either the definition, the role ARN, the LoggingConfiguration, or the \
             TracingConfiguration must be specified",
        )
        .into());
    }
    let revision = engine.update_state_machine(
        &arn,
        Update {
            definition,
            role_arn,
            logging,
            tracing,
            encryption,
        },
    )?;
    let mut answer = json!({ "updateDate": epoch_seconds(revision.updated) });
    show_revision_id(&mut answer, &revision);
    Ok(answer)
}

pub(super) fn delete(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("stateMachineArn", Text::ARN);
    request.finish()?;
    engine.delete_state_machine(&arn.parse()?);
    Ok(json!({}))
}

pub(super) fn describe(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("stateMachineArn", Text::ARN);
    let all_data = all_data(&mut request);
    request.finish()?;
    let arn: StateMachineArn = arn.parse()?;
    let found = engine.state_machine(&arn)?;
    let mut answer = show_settings(&found.arn, &found.name, &found.revision, all_data);
    answer["status"] = "ACTIVE".into();
    answer["type"] = type_name(found.kind).into();
    answer["creationDate"] = epoch_seconds(found.created);
    Ok(answer)
}

pub(super) fn describe_for_execution(
    engine: &Engine,
    mut request: Request,
) -> Result<Value, ApiError> {
    let arn = request.required_text("executionArn", Text::ARN);
    let all_data = all_data(&mut request);
    request.finish()?;
    let arn = engine.execution_arn(&arn)?;
    let (state_machine, name, revision) = engine.revision(&arn)?;
    let mut answer = show_settings(&state_machine, &name, &revision, all_data);
    answer["updateDate"] = epoch_seconds(revision.updated);
    if let Some((map_run, _)) = engine.describe(&arn)?.child_of {
        // The name of the children's state machine is that of their parent's and the label.
        answer["label"] = name.rsplit('/').next().unwrap_or_default().into();
        answer["mapRunArn"] = (*map_run).into();
    }
    Ok(answer)
}

pub(super) fn list(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    const LIST: &str = "stateMachines";
    let page = PageRequest::read(&mut request, 1_024);
    request.finish()?;
    let after = page.after(engine, LIST)?;
    let after: Option<StateMachineArn> = after.map(|arn| arn.parse()).transpose()?;
    let mut found = engine.state_machines(after.as_ref(), page.size + 1);
    let more = found.len() > page.size;
    found.truncate(page.size);
    let state_machines: Vec<Value> = found
        .iter()
        .map(|state_machine| {
            json!({
                "stateMachineArn": state_machine.arn.as_str(),
                "name": &*state_machine.name,
                "type": type_name(state_machine.kind),
                "creationDate": epoch_seconds(state_machine.created),
            })
        })
        .collect();
    let mut answer = json!({ "stateMachines": state_machines });
    if let Some(last) = found.last().filter(|_| more) {
        answer["nextToken"] = next_token(engine, LIST, last.arn.as_str()).into();
    }
    Ok(answer)
}

fn type_name(kind: MachineType) -> &'static str {
    match kind {
        MachineType::Standard => "STANDARD",
        MachineType::Express => "EXPRESS",
    }
}

/// Whether the caller wants definitions and payloads, not only what is around them.
pub(super) fn all_data(request: &mut Request) -> bool {
    request.word("includedData", &["ALL_DATA", "METADATA_ONLY"]) != Some("METADATA_ONLY")
}

/// What a request says about versions, which this engine does not keep yet.
struct VersionRequest {
    publish: bool,
    described: bool,
}

impl VersionRequest {
    fn read(request: &mut Request) -> Self {
        Self {
            publish: request.flag("publish").unwrap_or(false),
            described: request
                .text("versionDescription", Text::shown(0, 256))
                .is_some(),
        }
    }

    fn refuse(&self) -> Result<(), ApiError> {
        if self.publish {
            return Err(ApiError::validation(
                "Versions of state machines are not supported by this engine yet: leave out \
                 'publish'",
            ));
        }
        if self.described {
            return Err(ApiError::validation(
                "Version description can only be set when publish is true",
            ));
        }
        Ok(())
    }
}

fn show_settings(arn: &StateMachineArn, name: &str, revision: &Revision, all_data: bool) -> Value {
    let settings = &revision.settings;
    let mut answer = json!({
        "stateMachineArn": arn.as_str(),
        "name": name,
        "roleArn": &*settings.role_arn,
        "loggingConfiguration": settings.logging,
        "tracingConfiguration": { "enabled": settings.tracing },
        "encryptionConfiguration": settings::show_encryption(&settings.encryption),
    });
    if all_data {
        answer["definition"] = (*settings.definition).into();
        let references = variable_references(&settings.definition);
        if !references.is_empty() {
            answer["variableReferences"] = json!(references);
        }
    }
    show_revision_id(&mut answer, revision);
    answer
}

fn show_revision_id(answer: &mut Value, revision: &Revision) {
    if let Some(id) = revision.id {
        answer["revisionId"] = id.to_string().into();
    }
}
