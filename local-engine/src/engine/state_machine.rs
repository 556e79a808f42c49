//! Creating, changing and looking at state machines.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use sfn_worker_core::ActivityName;
use uuid::Uuid;

use super::Engine;
use super::error::{EngineError, ErrorCode};
use crate::arn::StateMachineArn;
use crate::asl::{Definition, MachineType};
use crate::resource::{Encryption, Tags};
use crate::store::{Revision, Settings, StateMachine};

/// What `CreateStateMachine` asks for.
#[derive(Debug)]
pub(crate) struct NewStateMachine {
    pub(crate) name: String,
    pub(crate) kind: MachineType,
    pub(crate) settings: Settings,
    pub(crate) tags: Tags,
}

/// What `UpdateStateMachine` asks for; what is not given stays.
#[derive(Debug, Default)]
pub(crate) struct Update {
    pub(crate) definition: Option<String>,
    pub(crate) role_arn: Option<String>,
    pub(crate) logging: Option<Value>,
    pub(crate) tracing: Option<bool>,
    pub(crate) encryption: Option<Encryption>,
}

/// A state machine as it was at one time.
#[derive(Debug, Clone)]
pub(crate) struct StateMachineView {
    pub(crate) arn: StateMachineArn,
    pub(crate) name: Arc<str>,
    pub(crate) kind: MachineType,
    pub(crate) created: Timestamp,
    pub(crate) revision: Arc<Revision>,
}

impl Engine {
    /// Creates a state machine. Doing so again with the same definition finds the first one.
    ///
    /// # Errors
    ///
    /// `InvalidName`; `InvalidDefinition`, which lists every problem of the definition;
    /// `StateMachineAlreadyExists` if the name is taken by another definition.
    pub fn create_state_machine(
        &self,
        name: &str,
        definition: &str,
    ) -> Result<StateMachineArn, EngineError> {
        self.create(name, definition, MachineType::Standard)
    }

    /// Creates an Express state machine: its executions last at most five minutes, may share a
    /// name, and wait for no activity, job or token.
    ///
    /// # Errors
    ///
    /// `InvalidName`; `InvalidDefinition`, which lists every problem of the definition;
    /// `StateMachineAlreadyExists` if the name is taken by another definition.
    pub fn create_express_state_machine(
        &self,
        name: &str,
        definition: &str,
    ) -> Result<StateMachineArn, EngineError> {
        self.create(name, definition, MachineType::Express)
    }

    fn create(
        &self,
        name: &str,
        definition: &str,
        kind: MachineType,
    ) -> Result<StateMachineArn, EngineError> {
        let role_arn = format!("arn:aws:iam::{}:role/local", self.account());
        let created = self.add_state_machine(NewStateMachine {
            name: name.to_owned(),
            kind,
            settings: Settings {
                definition: definition.into(),
                role_arn: role_arn.into(),
                logging: default_logging(),
                tracing: false,
                encryption: Encryption::default(),
            },
            tags: Tags::new(),
        })?;
        Ok(created.arn)
    }

    /// Deletes a state machine, if it exists. Executions that run go on.
    pub fn delete_state_machine(&self, state_machine: &StateMachineArn) {
        self.shared.store().delete_state_machine(state_machine);
    }

    pub(crate) fn add_state_machine(
        &self,
        new: NewStateMachine,
    ) -> Result<StateMachineView, EngineError> {
        check_name(&new.name)?;
        check_role(&new.settings.role_arn)?;
        let definition = parse(&new.settings.definition, new.kind)?;
        let arn = self.shared.place.state_machine(&new.name);
        let now = self.shared.clock.now();
        let mut store = self.shared.store();
        if let Some(found) = store.state_machine(&arn) {
            let same =
                found.kind == new.kind && same_machine(&found.current.settings, &new.settings);
            return if same {
                Ok(view(found))
            } else {
                Err(EngineError::new(
                    ErrorCode::StateMachineAlreadyExists,
                    format!("State Machine Already Exists: '{arn}'"),
                ))
            };
        }
        let state_machine = StateMachine {
            arn,
            name: new.name.into(),
            kind: new.kind,
            created: now,
            tags: new.tags,
            current: Arc::new(Revision {
                id: None,
                updated: now,
                definition: Arc::new(definition),
                settings: new.settings,
            }),
            executions: VecDeque::new(),
        };
        let created = view(&state_machine);
        store.add_state_machine(state_machine);
        Ok(created)
    }

    /// Changes a state machine; a change that changes nothing keeps the revision.
    pub(crate) fn update_state_machine(
        &self,
        arn: &StateMachineArn,
        update: Update,
    ) -> Result<Arc<Revision>, EngineError> {
        let kind = self.state_machine(arn)?.kind;
        let definition = update.definition.as_deref();
        let definition = definition.map(|text| parse(text, kind)).transpose()?;
        if let Some(role_arn) = &update.role_arn {
            check_role(role_arn)?;
        }
        let mut store = self.shared.store();
        let state_machine = store
            .state_machine_mut(arn)
            .ok_or_else(|| EngineError::state_machine_missing(arn.as_str()))?;
        let current = &state_machine.current;
        let settings = update.applied_to(current.settings.clone());
        if settings == current.settings {
            return Ok(Arc::clone(current));
        }
        state_machine.current = Arc::new(Revision {
            id: Some(Uuid::new_v4()),
            updated: self.shared.clock.now(),
            definition: definition.map_or_else(|| Arc::clone(&current.definition), Arc::new),
            settings,
        });
        Ok(Arc::clone(&state_machine.current))
    }

    pub(crate) fn state_machine(
        &self,
        arn: &StateMachineArn,
    ) -> Result<StateMachineView, EngineError> {
        self.shared
            .store()
            .state_machine(arn)
            .map(view)
            .ok_or_else(|| EngineError::state_machine_missing(arn.as_str()))
    }

    /// State machines by name, at most so many.
    pub(crate) fn state_machines(
        &self,
        after: Option<&StateMachineArn>,
        limit: usize,
    ) -> Vec<StateMachineView> {
        let store = self.shared.store();
        store
            .state_machines_after(after)
            .take(limit)
            .map(view)
            .collect()
    }
}

impl Update {
    fn applied_to(self, mut settings: Settings) -> Settings {
        if let Some(definition) = self.definition {
            settings.definition = definition.into();
        }
        if let Some(role_arn) = self.role_arn {
            settings.role_arn = role_arn.into();
        }
        if let Some(logging) = self.logging {
            settings.logging = logging;
        }
        if let Some(tracing) = self.tracing {
            settings.tracing = tracing;
        }
        if let Some(encryption) = self.encryption {
            settings.encryption = encryption;
        }
        settings
    }
}

/// What the service shows where nothing was configured.
pub(crate) fn default_logging() -> Value {
    json!({ "level": "OFF", "includeExecutionData": false })
}

/// The rules for names of activities hold for state machines and executions too.
pub(super) fn check_name(name: &str) -> Result<(), EngineError> {
    match name.parse::<ActivityName>() {
        Ok(_) => Ok(()),
        Err(_) => Err(EngineError::invalid_name(name)),
    }
}

/// Whether a repeated creation means the state machine that exists. The service does not
/// compare roles and tags.
fn same_machine(found: &Settings, wanted: &Settings) -> bool {
    let role_arn = Arc::clone(&wanted.role_arn);
    let found = Settings {
        role_arn,
        ..found.clone()
    };
    found == *wanted
}

fn check_role(role_arn: &str) -> Result<(), EngineError> {
    if role_arn.starts_with("arn:") {
        return Ok(());
    }
    Err(EngineError::new(
        ErrorCode::InvalidArn,
        format!("Invalid Role Arn: 'Invalid ARN prefix: {role_arn}'"),
    ))
}

fn parse(definition: &str, kind: MachineType) -> Result<Definition, EngineError> {
    Definition::parse_as(definition, kind).map_err(|problems| {
        EngineError::new(
            ErrorCode::InvalidDefinition,
            format!(
                "Invalid State Machine Definition: '{}'",
                problems.service_text()
            ),
        )
    })
}

fn view(state_machine: &StateMachine) -> StateMachineView {
    StateMachineView {
        arn: state_machine.arn.clone(),
        name: Arc::clone(&state_machine.name),
        kind: state_machine.kind,
        created: state_machine.created,
        revision: Arc::clone(&state_machine.current),
    }
}
