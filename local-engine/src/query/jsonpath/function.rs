//! Functions at the end of a path, such as `.length()`.

use serde_json::{Number, Value};

/// A function of what the path before it leads to.
///
/// The service knows more names than it has functions: `sum()` is accepted in a definition and
/// finds nothing when the state runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// How many items an array has, or members an object.
    Length,
    /// The smallest number of an array.
    Min,
    /// The greatest number of an array.
    Max,
    /// The mean of the numbers of an array.
    Average,
    /// The standard deviation of the numbers of an array.
    StandardDeviation,
    /// `sum`, `keys`, `first` or `last`, which find nothing.
    Unknown,
}

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "length" | "size" => Self::Length,
            "min" => Self::Min,
            "max" => Self::Max,
            "avg" => Self::Average,
            "stddev" => Self::StandardDeviation,
            "sum" | "keys" | "first" | "last" => Self::Unknown,
            _ => return None,
        })
    }

    /// Applies the function; `None` if the value does not fit it.
    pub(super) fn apply(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Unknown, _) => None,
            (Self::Length, Value::Array(items)) => Some(items.len().into()),
            (Self::Length, Value::Object(members)) => Some(members.len().into()),
            (Self::Length, _) => Some(Value::Null),
            (_, Value::Array(items)) => self.of_numbers(items),
            _ => None,
        }
    }

    fn of_numbers(self, items: &[Value]) -> Option<Value> {
        let numbers: Vec<f64> = items.iter().filter_map(Value::as_f64).collect();
        let count = u32::try_from(numbers.len())
            .ok()
            .filter(|count| *count > 0)?;
        let count = f64::from(count);
        let mean = numbers.iter().sum::<f64>() / count;
        let result = match self {
            Self::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Average => mean,
            Self::StandardDeviation => {
                let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
                (squares / count).sqrt()
            }
            Self::Length | Self::Unknown => return None,
        };
        Number::from_f64(result).map(Value::Number)
    }
}
