//! The JSON protocols.

use serde_json::{Map, Value};

use super::action::Action;
use super::service::Protocol;
use super::{Place, error, with_metadata};
use crate::providers::ServiceFailure;

/// Calls an operation with these parameters.
pub(super) async fn call(
    place: &Place,
    action: &Action,
    parameters: &Value,
) -> Result<Value, ServiceFailure> {
    let Protocol::Json {
        version,
        target,
        lower_case,
    } = action.service.protocol
    else {
        return Err(error::unreachable(action, "no JSON protocol".to_owned()));
    };
    let body = if lower_case {
        with_first_letters(parameters.clone(), |first| first.to_ascii_lowercase())
    } else {
        parameters.clone()
    };
    let headers = vec![
        (
            "content-type".to_owned(),
            format!("application/x-amz-json-{version}"),
        ),
        (
            "x-amz-target".to_owned(),
            format!("{target}.{}", action.operation),
        ),
    ];
    let response = place
        .post(
            action.service.prefix,
            action.service.signing_name,
            "/",
            headers,
            body.to_string().into_bytes(),
        )
        .await
        .map_err(|cause| error::unreachable(action, cause))?;
    let answer: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    if !response.is_success() {
        let text = |names: &[&str]| {
            let mut found = names.iter().filter_map(|name| answer[*name].as_str());
            found.next().map(str::to_owned)
        };
        let code = text(&["__type", "code", "Code"])
            .or_else(|| response.header("x-amzn-errortype").map(str::to_owned));
        let message = text(&["message", "Message", "errorMessage"])
            .unwrap_or_else(|| String::from_utf8_lossy(&response.body).into_owned());
        let code = code.unwrap_or_default();
        return Err(error::refused(action, &code, &message, &response));
    }
    let answer = with_first_letters(answer, |first| first.to_ascii_uppercase());
    let members = match answer {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    if action.optimised.is_some() {
        Ok(with_metadata(members, &response))
    } else {
        Ok(Value::Object(members))
    }
}

/// The value with the first letters of all its keys in the one case or the other.
fn with_first_letters(value: Value, case: fn(&char) -> char) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(key, member)| {
                let mut letters = key.chars();
                let key = letters.next().map_or_else(String::new, |first| {
                    format!("{}{}", case(&first), letters.as_str())
                });
                (key, with_first_letters(member, case))
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items
            .into_iter()
            .map(|item| with_first_letters(item, case))
            .collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_change_their_first_letter_at_any_depth() {
        let value = json!({"Cluster": "C", "Overrides": [{"ContainerName": "N"}], "": 1});
        assert_eq!(
            with_first_letters(value, char::to_ascii_lowercase),
            json!({"cluster": "C", "overrides": [{"containerName": "N"}], "": 1})
        );
    }
}
