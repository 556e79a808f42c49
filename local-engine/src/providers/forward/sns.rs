//! SNS, which takes forms and answers with XML.

use serde_json::{Map, Value};

use super::action::Action;
use super::{Place, encode, error, with_metadata};
use crate::providers::ServiceFailure;

/// Publishes a message.
pub(super) async fn publish(
    place: &Place,
    action: &Action,
    parameters: &Value,
) -> Result<Value, ServiceFailure> {
    let headers = vec![(
        "content-type".to_owned(),
        "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
    )];
    let body = form(parameters).into_bytes();
    let response = place
        .post("sns", "sns", "/", headers, body)
        .await
        .map_err(|cause| error::unreachable(action, cause))?;
    let text = String::from_utf8_lossy(&response.body);
    if !response.is_success() {
        let code = element(&text, "Code").unwrap_or_default();
        let message = element(&text, "Message").unwrap_or_else(|| text.clone().into_owned());
        return Err(error::refused(action, &code, &message, &response));
    }
    let mut answer = Map::new();
    for member in ["MessageId", "SequenceNumber"] {
        if let Some(value) = element(&text, member) {
            answer.insert(member.to_owned(), value.into());
        }
    }
    if action.optimised.is_some() {
        Ok(with_metadata(answer, &response))
    } else {
        Ok(Value::Object(answer))
    }
}

fn form(parameters: &Value) -> String {
    let mut pairs = vec!["Action=Publish".to_owned(), "Version=2010-03-31".to_owned()];
    for (name, value) in parameters.as_object().into_iter().flatten() {
        match value {
            Value::Object(entries) => {
                for (number, (key, entry)) in (1..).zip(entries) {
                    let at = format!("{name}.entry.{number}");
                    pairs.push(format!("{at}.Name={}", encode(key)));
                    for (part, value) in entry.as_object().into_iter().flatten() {
                        pairs.push(format!("{at}.Value.{part}={}", encode(&plain(value))));
                    }
                }
            }
            Value::Null => {}
            other => pairs.push(format!("{name}={}", encode(&plain(other)))),
        }
    }
    pairs.join("&")
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The text of the first element of this name.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'");
    Some(text.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_becomes_a_form() {
        let parameters = json!({
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:t",
            "Message": "a & b",
            "MessageAttributes": {"k": {"DataType": "String", "StringValue": "v"}},
        });
        assert_eq!(
            form(&parameters),
            "Action=Publish&Version=2010-03-31\
             &TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3At\
             &Message=a%20%26%20b\
             &MessageAttributes.entry.1.Name=k\
             &MessageAttributes.entry.1.Value.DataType=String\
             &MessageAttributes.entry.1.Value.StringValue=v"
        );
    }

    #[test]
    fn an_element_is_found_in_an_answer() {
        let xml = "<R><MessageId>a&amp;lt;</MessageId></R>";
        assert_eq!(element(xml, "MessageId").as_deref(), Some("a&lt;"));
        assert_eq!(element(xml, "Code"), None);
    }
}
