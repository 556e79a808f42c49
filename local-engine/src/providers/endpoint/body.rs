//! The body of an HTTP Task: JSON, or the fields of a form.

use serde_json::Value;

use super::invalid;
use crate::providers::ServiceFailure;
use crate::providers::client::encode;

/// The body of a request and its type; nothing if the task has none.
pub(super) fn write(parameters: &Value) -> Result<(Vec<u8>, Option<&'static str>), ServiceFailure> {
    let Some(body) = parameters.get("RequestBody") else {
        return Ok((Vec::new(), None));
    };
    let transform = &parameters["Transform"];
    match transform["RequestBodyEncoding"].as_str() {
        None | Some("NONE") => Ok((body.to_string().into_bytes(), Some("application/json"))),
        Some("URL_ENCODED") => {
            let format = transform["RequestEncodingOptions"]["ArrayFormat"].as_str();
            let mut pairs = Vec::new();
            for (name, value) in body.as_object().into_iter().flatten() {
                add(&mut pairs, name, value, format.unwrap_or("INDICES"))?;
            }
            Ok((
                pairs.join("&").into_bytes(),
                Some("application/x-www-form-urlencoded"),
            ))
        }
        Some(other) => Err(invalid(&format!(
            "'{other}' in RequestBodyEncoding is neither NONE nor URL_ENCODED"
        ))),
    }
}

/// A value without quotes: a text as it is, anything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn add(
    pairs: &mut Vec<String>,
    name: &str,
    value: &Value,
    format: &str,
) -> Result<(), ServiceFailure> {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                add(pairs, &format!("{name}[{key}]"), member, format)?;
            }
        }
        Value::Array(items) if format == "COMMAS" => {
            let items: Vec<String> = items.iter().map(plain).collect();
            pairs.push(pair(name, &items.join(",")));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let name = match format {
                    "INDICES" => format!("{name}[{index}]"),
                    "BRACKETS" => format!("{name}[]"),
                    "REPEAT" => name.to_owned(),
                    other => {
                        return Err(invalid(&format!(
                            "'{other}' in ArrayFormat is none of INDICES, REPEAT, COMMAS, BRACKETS"
                        )));
                    }
                };
                add(pairs, &name, item, format)?;
            }
        }
        other => pairs.push(pair(name, &plain(other))),
    }
    Ok(())
}

fn pair(name: &str, value: &str) -> String {
    format!("{}={}", encode(name), encode(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(format: &str) -> String {
        let parameters = json!({
            "RequestBody": {"a": ["x", "y"], "b": {"c": 1}},
            "Transform": {
                "RequestBodyEncoding": "URL_ENCODED",
                "RequestEncodingOptions": {"ArrayFormat": format},
            },
        });
        let (body, _) = write(&parameters).unwrap();
        String::from_utf8(body).unwrap()
    }

    #[test]
    fn a_form_spells_lists_as_it_is_told() {
        assert_eq!(form("INDICES"), "a%5B0%5D=x&a%5B1%5D=y&b%5Bc%5D=1");
        assert_eq!(form("BRACKETS"), "a%5B%5D=x&a%5B%5D=y&b%5Bc%5D=1");
        assert_eq!(form("REPEAT"), "a=x&a=y&b%5Bc%5D=1");
        assert_eq!(form("COMMAS"), "a=x%2Cy&b%5Bc%5D=1");
    }
}
