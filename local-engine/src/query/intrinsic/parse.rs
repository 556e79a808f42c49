//! From the text of a call to its function and arguments.

use serde_json::Value;

use super::function::Function;
use super::{Argument, Call};
use crate::query::error::PathSyntaxError;
use crate::query::jsonpath::JsonPath;

/// How many calls one field may hold, counting those inside each other.
const CALL_LIMIT: usize = 10;

pub(super) fn parse(text: &str) -> Result<Call, PathSyntaxError> {
    let mut reader = Reader {
        text,
        at: 0,
        calls: 0,
    };
    let call = reader.call()?;
    if reader.rest().is_empty() {
        Ok(call)
    } else {
        Err(reader.error("expected the end after the last parenthesis"))
    }
}

/// What is left of a text, and how many calls it had so far.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    calls: usize,
}

impl<'a> Reader<'a> {
    fn call(&mut self) -> Result<Call, PathSyntaxError> {
        if !self.take("States.") {
            return Err(self.error("expected a function such as States.Format"));
        }
        let rest = self.rest();
        let name = &rest[..rest.find('(').unwrap_or(rest.len())];
        let Some(function) = Function::named(name) else {
            return Err(self.error("expected one of the 18 intrinsic functions"));
        };
        self.at += name.len();
        if self.calls == CALL_LIMIT {
            return Err(self.error("expected at most 10 intrinsic functions in one field"));
        }
        self.calls += 1;
        if !self.take("(") {
            return Err(self.error("expected '('"));
        }
        let arguments = self.arguments()?;
        Ok(Call {
            function,
            arguments,
        })
    }

    /// Reads up to and with the closing parenthesis.
    fn arguments(&mut self) -> Result<Vec<Argument>, PathSyntaxError> {
        let mut arguments = Vec::new();
        self.skip_blanks();
        if self.take(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.argument()?);
            self.skip_blanks();
            if self.take(")") {
                return Ok(arguments);
            }
            if !self.take(",") {
                return Err(self.error("expected ',' or ')'"));
            }
            self.skip_blanks();
        }
    }

    fn argument(&mut self) -> Result<Argument, PathSyntaxError> {
        match self.rest().chars().next() {
            Some('\'') => self.quoted(),
            Some('$') => self.path(),
            Some('S') => self.call().map(Argument::Call),
            _ => self.literal(),
        }
    }

    /// Reads a text in single quotes, in which a backslash stands only before `'`, `{`, `}` and
    /// another backslash.
    fn quoted(&mut self) -> Result<Argument, PathSyntaxError> {
        let content = &self.rest()[1..];
        let mut value = String::new();
        let mut characters = content.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '\'' => {
                    self.at += at + 2;
                    return Ok(Argument::Text {
                        raw: content[..at].to_owned(),
                        value: Value::String(value),
                    });
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('\'' | '{' | '}' | '\\'))) => value.push(escaped),
                    _ => {
                        self.at += at + 1;
                        return Err(self.error(r"expected \', \{, \} or \\"));
                    }
                },
                _ => value.push(c),
            }
        }
        Err(self.error("expected the closing quote"))
    }

    /// Reads a path: up to the first comma or parenthesis outside of its brackets and quotes.
    fn path(&mut self) -> Result<Argument, PathSyntaxError> {
        let rest = self.rest();
        let end = path_end(rest);
        let text = rest[..end].trim_end();
        let path = JsonPath::parse(text).map_err(|error| PathSyntaxError {
            message: error.message,
            position: self.position() + error.position,
        })?;
        self.at += end;
        Ok(Argument::Path(path))
    }

    fn literal(&mut self) -> Result<Argument, PathSyntaxError> {
        let rest = self.rest();
        let end = rest.find([',', ')']).unwrap_or(rest.len());
        let word = rest[..end].trim_end();
        let value: Option<Value> = serde_json::from_str(word).ok();
        match value {
            Some(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => {
                self.at += end;
                Ok(Argument::Literal(value))
            }
            _ => Err(self.error(
                "expected a text in single quotes, a path, a number, true, false, null or a call",
            )),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn position(&self) -> usize {
        self.text
            .get(..self.at)
            .map_or(0, |read| read.chars().count())
    }

    fn error(&self, message: &'static str) -> PathSyntaxError {
        PathSyntaxError {
            message,
            position: self.position(),
        }
    }
}

fn path_end(text: &str) -> usize {
    let mut open = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    let end = text.find(|c: char| {
        if let Some(end) = quote {
            if !escaped && c == end {
                quote = None;
            }
            escaped = c == '\\' && !escaped;
            return false;
        }
        match c {
            '\'' | '"' if open > 0 => quote = Some(c),
            '[' | '(' => open += 1,
            ']' => open = open.saturating_sub(1),
            ')' if open > 0 => open -= 1,
            ')' | ',' => return open == 0,
            _ => {}
        }
        false
    });
    end.unwrap_or(text.len())
}
