//! Names of activities and workers, and activity ARNs: parsed once, valid ever after.

use std::fmt;
use std::str::FromStr;

/// The longest name that the service accepts, in characters.
const NAME_LIMIT: usize = 80;
/// The longest activity ARN that the service accepts, in characters.
const ARN_LIMIT: usize = 256;

/// The name of an activity: 1 to 80 characters without white space, wildcards, brackets and
/// the characters `" # % \ ^ | ~ ` $ & , ; : /`.
///
/// Source: the quotas page of the Step Functions developer guide. Letters beyond ASCII are
/// accepted by the service but break its CloudWatch metrics.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::ActivityName;
///
/// let name: ActivityName = "charge-card".parse()?;
/// assert_eq!(name.as_str(), "charge-card");
/// assert!("charge card".parse::<ActivityName>().is_err());
/// # Ok::<(), sfn_worker_core::NameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityName(String);

/// The name under which the service records a worker in `ActivityStarted` events: 1 to 80
/// characters, otherwise free text.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::WorkerName;
///
/// let name: WorkerName = "orders-7f9c".parse()?;
/// assert_eq!(name.as_str(), "orders-7f9c");
/// # Ok::<(), sfn_worker_core::NameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerName(String);

/// The ARN of an activity: `arn:{partition}:states:{region}:{account}:activity:{name}`.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::ActivityArn;
///
/// let arn: ActivityArn = "arn:aws:states:eu-west-1:123456789012:activity:charge-card".parse()?;
/// assert_eq!(arn.name().as_str(), "charge-card");
/// # Ok::<(), sfn_worker_core::NameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityArn {
    text: String,
    name: ActivityName,
}

/// Why a text is not a name or an ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {text:?} {why}")]
pub struct NameError {
    what: &'static str,
    text: String,
    why: String,
}

impl ActivityName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl WorkerName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ActivityArn {
    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The last part of the ARN.
    #[must_use]
    pub fn name(&self) -> &ActivityName {
        &self.name
    }
}

impl FromStr for ActivityName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match name_problem(text) {
            None => Ok(Self(text.to_owned())),
            Some(problem) => Err(NameError::new("activity name", text, problem.to_string())),
        }
    }
}

impl FromStr for WorkerName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text.chars().count() {
            1..=NAME_LIMIT => Ok(Self(text.to_owned())),
            length => Err(NameError::new(
                "worker name",
                text,
                format!("has {length} characters: 1 to {NAME_LIMIT} are allowed"),
            )),
        }
    }
}

impl FromStr for ActivityArn {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = |why: &str| Err(NameError::new("activity ARN", text, why.to_owned()));
        if text.chars().count() > ARN_LIMIT {
            return wrong("has more than 256 characters");
        }
        let parts: Vec<&str> = text.splitn(7, ':').collect();
        let [
            "arn",
            partition,
            "states",
            region,
            account,
            "activity",
            name,
        ] = parts[..]
        else {
            return wrong(
                "does not have the form arn:PARTITION:states:REGION:ACCOUNT:activity:NAME",
            );
        };
        if partition.is_empty() || region.is_empty() {
            return wrong("lacks its partition or its region");
        }
        if account.is_empty() || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return wrong("has an account that is not a number");
        }
        match name.parse() {
            Ok(name) => Ok(Self {
                text: text.to_owned(),
                name,
            }),
            Err(error) => wrong(&format!("ends in a name that {}", error.why)),
        }
    }
}

impl NameError {
    fn new(what: &'static str, text: &str, why: String) -> Self {
        // The whole text of a megabyte input helps nobody.
        Self {
            what,
            text: text.chars().take(ARN_LIMIT).collect(),
            why,
        }
    }
}

macro_rules! shown_as_text {
    ($($type:ident),*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    )*};
}

shown_as_text!(ActivityName, WorkerName, ActivityArn);

/// What is wrong with an activity name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameProblem {
    Length(usize),
    Character(char),
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => {
                write!(f, "has {length} characters: 1 to {NAME_LIMIT} are allowed")
            }
            Self::Character(character) => write!(
                f,
                "contains {character:?}: white space, control characters and \
                 < > {{ }} [ ] ? * \" # % \\ ^ | ~ ` $ & , ; : / are not allowed"
            ),
        }
    }
}

fn name_problem(text: &str) -> Option<NameProblem> {
    let length = text.chars().count();
    if !(1..=NAME_LIMIT).contains(&length) {
        return Some(NameProblem::Length(length));
    }
    text.chars()
        .find(|&character| is_forbidden(character))
        .map(NameProblem::Character)
}

fn is_forbidden(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{fffe}' | '\u{ffff}' | '\u{10ffff}')
        || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_80_characters_is_accepted_and_one_of_81_is_not() {
        assert!("x".repeat(80).parse::<ActivityName>().is_ok());
        let error = "x".repeat(81).parse::<ActivityName>().unwrap_err();
        assert!(error.to_string().contains("has 81 characters"), "{error}");
        assert!("".parse::<ActivityName>().is_err());
    }

    #[test]
    fn dots_dashes_underscores_and_letters_of_any_language_are_accepted() {
        for name in ["a", "a.b-c_D9", "größe"] {
            assert_eq!(name.parse::<ActivityName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_forbidden_character_is_named() {
        for character in "<>{}[]?*\"#%\\^|~`$&,;:/ \t\u{7f}\u{0}".chars() {
            let error = format!("a{character}b")
                .parse::<ActivityName>()
                .unwrap_err();
            assert!(
                error.to_string().contains(&format!("{character:?}")),
                "{error}"
            );
        }
    }

    #[test]
    fn an_arn_is_parsed_in_every_partition() {
        for partition in ["aws", "aws-cn", "aws-us-gov"] {
            let text = format!("arn:{partition}:states:r-1:123456789012:activity:a");
            assert_eq!(text.parse::<ActivityArn>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_is_not_an_activity_arn_is_refused_with_the_right_form() {
        for text in [
            "charge-card",
            "arn:aws:states:r:1:stateMachine:a",
            "arn:aws:states:r:one:activity:a",
            "arn:aws:states:r:1:activity:a:b",
            "arn:aws:states::1:activity:a",
        ] {
            assert!(text.parse::<ActivityArn>().is_err(), "{text}");
        }
    }
}
