//! What all calls of a client have in common, as the SDK's orchestrator takes it.

use aws_config::SdkConfig;
use aws_runtime::auth::sigv4::SCHEME_ID;
use aws_runtime::service_clock_skew::DisableClockSkewCorrection;
use aws_runtime::user_agent::{ApiMetadata, AwsUserAgent};
use aws_sdk_sfn::config::endpoint::{DefaultResolver, Params, ParamsBuilder, ResolveEndpoint as _};
use aws_sdk_sfn::config::retry::RetryConfig;
use aws_sdk_sfn::config::timeout::TimeoutConfig;
use aws_sdk_sfn::config::{
    BehaviorVersion, ConfigBag, FrozenLayer, Intercept, Layer, RuntimeComponents,
    RuntimeComponentsBuilder, RuntimePlugin as _, SharedHttpClient, SharedInterceptor,
};
use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_runtime::client::defaults::default_http_client_plugin_v2;
use aws_smithy_runtime::client::orchestrator::AuthSchemeAndEndpointOrchestrationV2;
use aws_smithy_runtime::client::retries::strategy::NeverRetryStrategy;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::SharedAuthScheme;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::endpoint::EndpointResolverParams;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_types::SigningName;
use aws_types::os_shim_internal::Env;
use aws_types::region::SigningRegion;
use aws_types::service_config::ServiceConfigKey;

use super::clock::Clock;
use super::identity::Identities;
use super::sign::KeptKey;

/// Puts together what the SDK's client would for each call.
pub(super) fn common(
    config: &SdkConfig,
    timeouts: TimeoutConfig,
    clock: &Clock,
    identities: &Identities,
) -> StaticRuntimePlugin {
    StaticRuntimePlugin::new()
        .with_config(settings(config, timeouts))
        .with_runtime_components(components(config, clock, identities))
}

fn settings(config: &SdkConfig, timeouts: TimeoutConfig) -> FrozenLayer {
    let mut settings = Layer::new("sfn-worker");
    if let Some(region) = config.region() {
        settings.store_put(region.clone());
        settings.store_put(SigningRegion::from(region.clone()));
    }
    settings.store_put(SigningName::from_static("states"));
    settings.store_put(AuthSchemeAndEndpointOrchestrationV2);
    settings.store_put(RetryConfig::disabled());
    settings.store_put(timeouts);
    settings.store_put(DisableClockSkewCorrection::from(true));
    settings.freeze()
}

fn components(
    config: &SdkConfig,
    clock: &Clock,
    identities: &Identities,
) -> RuntimeComponentsBuilder {
    let components = RuntimeComponentsBuilder::new("sfn-worker")
        .with_http_client(http_client(config))
        .with_sleep_impl(config.sleep_impl().or_else(default_async_sleep))
        .with_time_source(Some(clock.clone()))
        .with_endpoint_resolver(Some(DefaultResolver::new().into_shared_resolver()))
        .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![
            SCHEME_ID,
        ])))
        .with_auth_scheme(SharedAuthScheme::new(KeptKey::default()))
        .with_identity_cache(Some(identities.clone()))
        .with_retry_strategy(Some(NeverRetryStrategy::new()))
        .with_interceptor(SharedInterceptor::permanent(Same::new(config)));
    match config.credentials_provider() {
        Some(provider) => components.with_identity_resolver(SCHEME_ID, provider),
        None => components,
    }
}

/// The HTTP client of the configuration, or the SDK's default with its own connections.
fn http_client(config: &SdkConfig) -> Option<SharedHttpClient> {
    let default = || {
        let version = config.behavior_version();
        let plugin =
            default_http_client_plugin_v2(version.unwrap_or_else(BehaviorVersion::latest))?;
        let none = RuntimeComponentsBuilder::new("none");
        plugin.runtime_components(&none).http_client()
    };
    config.http_client().or_else(default)
}

/// The parts of a request that are the same in each.
#[derive(Debug)]
struct Same {
    endpoint: ParamsBuilder,
    user_agent: String,
    aws_user_agent: String,
}

impl Same {
    fn new(config: &SdkConfig) -> Self {
        let service = ApiMetadata::new("sfn", aws_sdk_sfn::meta::PKG_VERSION);
        let mut agent = AwsUserAgent::new_from_environment(Env::real(), service);
        if let Some(name) = config.app_name() {
            agent.set_app_name(name.clone());
        }
        for framework in config.framework_metadata() {
            agent.add_framework_metadata(framework.clone());
        }
        Self {
            endpoint: endpoint(config),
            user_agent: agent.ua_header(),
            aws_user_agent: agent.aws_ua_header(),
        }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Same {
    fn name(&self) -> &'static str {
        "sfn-worker"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let endpoint = EndpointResolverParams::new(self.endpoint.clone().build()?);
        bag.interceptor_state().store_put(endpoint);
        Ok(())
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        headers.try_insert("user-agent", self.user_agent.clone())?;
        headers.try_insert("x-amz-user-agent", self.aws_user_agent.clone())?;
        Ok(())
    }
}

/// What the SDK's client takes from the configuration to find the endpoint.
pub(super) fn endpoint(config: &SdkConfig) -> ParamsBuilder {
    let for_all = || config.endpoint_url().map(str::to_owned);
    let in_code = config.get_origin("endpoint_url").is_client_config();
    let url = if in_code {
        for_all()
    } else {
        for_this_service(config).or_else(for_all)
    };
    Params::builder()
        .set_region(config.region().map(ToString::to_string))
        .set_use_fips(config.use_fips())
        .set_use_dual_stack(config.use_dual_stack())
        .set_endpoint(url)
}

/// `AWS_ENDPOINT_URL_SFN`, or `endpoint_url` of the service `sfn` in the profile.
fn for_this_service(config: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id("SFN")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    config.service_config()?.load_config(key)
}
