//! An operation of the SDK, prepared once for all its calls.
//!
//! The SDK's client puts every call together anew: it merges a dozen plug-ins and asks some
//! fifteen interceptors at nineteen moments, which is more than half of what a call costs. For
//! the operations that a worker lives on, all of that is the same each time. It is prepared
//! here and given to the SDK's orchestrator; input, output and errors of an operation are read
//! and written by the SDK.

use std::fmt;
use std::marker::PhantomData;

use aws_sdk_sfn::error::{BuildError, ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::operation::{
    get_activity_task::{
        GetActivityTask, GetActivityTaskError, GetActivityTaskInput, GetActivityTaskOutput,
    },
    send_task_failure::{
        SendTaskFailure, SendTaskFailureError, SendTaskFailureInput, SendTaskFailureOutput,
    },
    send_task_heartbeat::{
        SendTaskHeartbeat, SendTaskHeartbeatError, SendTaskHeartbeatInput, SendTaskHeartbeatOutput,
    },
    send_task_success::{
        SendTaskSuccess, SendTaskSuccessError, SendTaskSuccessInput, SendTaskSuccessOutput,
    },
};
use aws_smithy_runtime::client::orchestrator::invoke;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::runtime_plugin::{
    RuntimePlugin, RuntimePlugins, SharedRuntimePlugin, StaticRuntimePlugin,
};

use super::classify::unreadable;
use super::client::ServiceClient;
use crate::service::ServiceError;

/// An operation as the SDK generates it.
pub(super) trait Operation: RuntimePlugin + Default {
    const NAME: &'static str;
    type Input: fmt::Debug + Send + Sync + 'static;
    type Output: fmt::Debug + Send + Sync + 'static;
    type Error: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static;
}

macro_rules! operations {
    ($($operation:ident: $input:ty => $output:ty, $error:ty;)*) => {$(
        impl Operation for $operation {
            const NAME: &'static str = stringify!($operation);
            type Input = $input;
            type Output = $output;
            type Error = $error;
        }
    )*};
}

operations! {
    GetActivityTask: GetActivityTaskInput => GetActivityTaskOutput, GetActivityTaskError;
    SendTaskSuccess: SendTaskSuccessInput => SendTaskSuccessOutput, SendTaskSuccessError;
    SendTaskFailure: SendTaskFailureInput => SendTaskFailureOutput, SendTaskFailureError;
    SendTaskHeartbeat: SendTaskHeartbeatInput => SendTaskHeartbeatOutput, SendTaskHeartbeatError;
}

/// An operation that only waits for its input.
pub(super) struct Prepared<O> {
    client: ServiceClient,
    plugins: RuntimePlugins,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> Prepared<O> {
    pub(super) fn new(client: ServiceClient, common: SharedRuntimePlugin) -> Self {
        // Its configuration alone: the components that are generated with it serve retries,
        // stalled streams and the search for an endpoint.
        let own = O::default().config().into_iter();
        let own = own.fold(StaticRuntimePlugin::new(), StaticRuntimePlugin::with_config);
        Self {
            client,
            plugins: RuntimePlugins::new()
                .with_client_plugin(common)
                .with_operation_plugin(own),
            operation: PhantomData,
        }
    }

    /// Makes a call.
    pub(super) async fn call(
        &self,
        input: Result<O::Input, BuildError>,
    ) -> Result<O::Output, ServiceError> {
        let input = match input {
            Ok(input) => Input::erase(input),
            Err(error) => return Err(self.client.judge(incomplete(error))),
        };
        match invoke("SFN", O::NAME, input, &self.plugins).await {
            Ok(output) => match output.downcast::<O::Output>() {
                Ok(output) => Ok(output),
                Err(_) => Err(unreadable()),
            },
            Err(error) => Err(self.client.judge(error.map_service_error(|error| {
                let own = error.downcast_ref::<O::Error>();
                own.map_or_else(ErrorMetadata::default, |own| own.meta().clone())
            }))),
        }
    }
}

fn incomplete(error: BuildError) -> SdkError<ErrorMetadata> {
    SdkError::construction_failure(error)
}

impl<O> Clone for Prepared<O> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            plugins: self.plugins.clone(),
            operation: PhantomData,
        }
    }
}

impl<O: Operation> fmt::Debug for Prepared<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What it was prepared of holds the source of the credentials.
        f.write_str(O::NAME)
    }
}

#[cfg(test)]
mod tests;
