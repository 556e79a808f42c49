//! Lambda functions that are answered by a URL.

use std::collections::BTreeMap;
use std::io;

use super::client::{HttpClient, HttpRequest, is_url};
use super::lambda::{Invoke, name_of};
use super::{AnswerFuture, ServiceCall, ServiceFailure, ServiceProvider};

/// Answers Lambda functions by HTTP: the input is posted to a URL, and what comes back is the
/// result.
///
/// A function is known by its name, wherever it is called: by its ARN as the `Resource`, or by
/// `FunctionName` of `arn:aws:states:::lambda:invoke`. An answer with a status from 400 on, or
/// with the header `X-Amz-Function-Error`, is a failure; its body, `{"errorType": …,
/// "errorMessage": …}`, names it. The invocation URL of Lambda's runtime interface emulator,
/// `…/2015-03-31/functions/function/invocations`, is such a URL.
///
/// # Examples
///
/// ```
/// use sfn_local_engine::LambdaHandlers;
///
/// let handlers = LambdaHandlers::new().function("charge", "http://127.0.0.1:9001/charge")?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct LambdaHandlers {
    client: HttpClient,
    urls: BTreeMap<String, String>,
}

impl LambdaHandlers {
    /// Answers no function yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function, by name or ARN, and the URL that answers it.
    ///
    /// # Errors
    ///
    /// The URL is not one, such as `http://127.0.0.1:9001/charge`.
    pub fn function(mut self, function: &str, url: impl Into<String>) -> io::Result<Self> {
        let url = url.into();
        if !is_url(&url) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "{url:?}, which is to answer {function}, is not a URL such as \
                     http://127.0.0.1:9001/charge"
                ),
            ));
        }
        self.urls.insert(name_of(function).to_owned(), url);
        Ok(self)
    }
}

impl ServiceProvider for LambdaHandlers {
    fn answer(&self, call: &ServiceCall) -> Option<AnswerFuture> {
        let invoke = match Invoke::of(call)? {
            Ok(invoke) => invoke,
            Err(failure) => return Some(Box::pin(std::future::ready(Err(failure)))),
        };
        let url = self.urls.get(name_of(&invoke.function))?.clone();
        let client = self.client.clone();
        Some(Box::pin(async move {
            let request = HttpRequest {
                method: "POST".to_owned(),
                url: url.clone(),
                headers: vec![
                    ("content-type".to_owned(), "application/json".to_owned()),
                    (
                        "x-function-name".to_owned(),
                        name_of(&invoke.function).to_owned(),
                    ),
                ],
                body: invoke.payload.to_string().into_bytes(),
            };
            let response = client.send(request).await.map_err(|error| {
                ServiceFailure::new(
                    "Lambda.SdkClientException",
                    format!("cannot call {url} for {}: {error}", invoke.function),
                )
            })?;
            invoke.answer(&response)
        }))
    }
}

#[cfg(test)]
mod tests;
