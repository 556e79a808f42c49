//! Where in an input something stands: `Path`.

use std::fmt;

/// A place in an input, by the way that leads there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'p> {
    above: Option<&'p Self>,
    step: Step,
    depth: usize,
}

/// One step down.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Into a field or a variant that the type knows.
    Known(&'static str),
    /// Into a value whose key only the input knows.
    Unknown,
    /// Into an item of an array.
    Item(usize),
}

impl<'p> Path<'p> {
    /// The whole input.
    pub(super) const fn root() -> Self {
        Self {
            above: None,
            step: Step::Unknown,
            depth: 0,
        }
    }

    pub(super) fn below(&'p self, step: Step) -> Self {
        Self {
            above: Some(self),
            step,
            depth: self.depth + 1,
        }
    }

    /// The place around this one; the whole input has none.
    pub(super) fn above(&self) -> Option<&'p Self> {
        self.above
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(above) = self.above else {
            return f.write_str("$");
        };
        fmt::Display::fmt(above, f)?;
        match self.step {
            Step::Known(name) if is_plain(name) => write!(f, ".{name}"),
            Step::Known(name) => write!(f, "['{name}']"),
            Step::Unknown => f.write_str(".*"),
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}

fn is_plain(name: &str) -> bool {
    let fits = |character: char| character.is_alphanumeric() || character == '_';
    !name.is_empty() && name.chars().all(fits)
}
