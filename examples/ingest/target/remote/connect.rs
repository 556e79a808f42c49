//! Finds region, credentials and endpoint, before anything is sent.

use aws_config::{BehaviorVersion, Region};
use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::Credentials;
use sfn_worker_core::AwsService;

use super::Remote;
use crate::args::Args;
use crate::problem::Problem;

/// What local engines take for a role.
const ANY_ROLE: &str = "arn:aws:iam::123456789012:role/ingest";

/// Makes the clients for what the command line says.
pub(super) async fn connect(args: &Args) -> Result<Remote, Problem> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(endpoint) = &args.endpoint {
        let host = host(endpoint).ok_or_else(|| {
            Problem::Usage(format!(
                "--endpoint {endpoint:?} is not a URL, such as http://127.0.0.1:8083"
            ))
        })?;
        loader = loader.endpoint_url(endpoint);
        if is_loopback(host) && !has_credentials() {
            // An engine on this machine checks neither, but requests must be signed.
            loader = loader
                .region(Region::from_static("us-east-1"))
                .credentials_provider(Credentials::new(
                    "local",
                    "local",
                    None,
                    None,
                    "placeholder",
                ));
        }
    }
    let config = loader.load().await;
    let activities = AwsService::checked(&config)
        .await
        .map_err(|error| Problem::Usage(error.to_string()))?;
    Ok(Remote {
        client: Client::new(&config),
        activities,
        role_arn: args.role_arn.clone().unwrap_or_else(|| ANY_ROLE.to_owned()),
        place: args.endpoint.clone().unwrap_or_else(|| "AWS".to_owned()),
    })
}

/// The host in a URL.
fn host(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))?;
    let authority = rest.split('/').next()?;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        Some((_, port)) if !port.ends_with(']') => return None,
        _ => authority,
    };
    (!host.is_empty()).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// Whether the environment names credentials.
fn has_credentials() -> bool {
    ["AWS_ACCESS_KEY_ID", "AWS_PROFILE"]
        .iter()
        .any(|variable| std::env::var_os(variable).is_some())
}
