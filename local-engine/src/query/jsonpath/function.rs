//! Functions at the end of a path, such as `.length()`.

use serde_json::{Number, Value};

/// A function of what the path before it leads to.
///
/// Of a value that it does not fit, every function makes `null`.
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
    /// The sum of the numbers of an array.
    Sum,
    /// The standard deviation of the numbers of an array.
    StandardDeviation,
    /// The names of an object's members.
    Keys,
    /// The first item of an array.
    First,
    /// The last item of an array.
    Last,
}

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "length" | "size" => Self::Length,
            "min" => Self::Min,
            "max" => Self::Max,
            "avg" => Self::Average,
            "sum" => Self::Sum,
            "stddev" => Self::StandardDeviation,
            "keys" => Self::Keys,
            "first" => Self::First,
            "last" => Self::Last,
            _ => return None,
        })
    }

    pub(super) fn apply(self, value: &Value) -> Value {
        match (self, value) {
            (Self::Length, Value::Array(items)) => items.len().into(),
            (Self::Length, Value::Object(members)) => members.len().into(),
            (Self::Keys, Value::Object(members)) => members.keys().map(String::as_str).collect(),
            (Self::First, Value::Array(items)) => items.first().cloned().unwrap_or_default(),
            (Self::Last, Value::Array(items)) => items.last().cloned().unwrap_or_default(),
            (_, Value::Array(items)) => self.of_numbers(items),
            _ => Value::Null,
        }
    }

    fn of_numbers(self, items: &[Value]) -> Value {
        let numbers: Vec<f64> = items.iter().filter_map(Value::as_f64).collect();
        let Ok(count) = u32::try_from(numbers.len()) else {
            return Value::Null;
        };
        if count == 0 {
            return Value::Null;
        }
        let count = f64::from(count);
        let sum: f64 = numbers.iter().sum();
        let mean = sum / count;
        let result = match self {
            Self::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Average => mean,
            Self::Sum => sum,
            Self::StandardDeviation => {
                let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
                (squares / count).sqrt()
            }
            Self::Length | Self::Keys | Self::First | Self::Last => return Value::Null,
        };
        Number::from_f64(result).map_or(Value::Null, Value::Number)
    }
}
