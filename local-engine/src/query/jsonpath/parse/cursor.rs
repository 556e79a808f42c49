//! A place in the text of a path.

use crate::query::error::PathSyntaxError;

/// What is left of a text, and how far it has been read.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        // `at` only ever moves by whole characters that were seen here.
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Moves on by this many bytes of characters already seen.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Takes this text if it comes next.
    pub(super) fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.advance(wanted.len());
        }
        found
    }

    /// Returns how the text goes on as long as the characters fit, without taking it.
    pub(super) fn ahead(&self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        &rest[..end]
    }

    pub(super) fn skip_blanks(&mut self) {
        self.advance(self.ahead(char::is_whitespace).len());
    }

    /// Takes a name or text in single or double quotes.
    ///
    /// A backslash before the quote or another backslash is an escape; before anything else it
    /// stands for itself, as the service has it.
    pub(super) fn quoted(&mut self) -> Result<String, PathSyntaxError> {
        let Some(quote @ ('\'' | '"')) = self.peek() else {
            return Err(self.error("expected a quote"));
        };
        let mut content = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = characters.next() {
            if c == quote {
                self.advance(at + c.len_utf8());
                return Ok(content);
            }
            let escaped = (c == '\\')
                .then(|| characters.next_if(|(_, next)| *next == quote || *next == '\\'))
                .flatten();
            content.push(escaped.map_or(c, |(_, next)| next));
        }
        Err(self.error("expected the closing quote"))
    }

    /// Takes a whole number if one comes next.
    pub(super) fn integer(&mut self) -> Result<Option<i64>, PathSyntaxError> {
        let sign = usize::from(self.peek() == Some('-'));
        let rest = &self.rest()[sign..];
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        if sign + digits == 0 {
            return Ok(None);
        }
        let Ok(number) = self.rest()[..sign + digits].parse() else {
            return Err(self.error("expected a whole number of 64 bits"));
        };
        self.advance(sign + digits);
        Ok(Some(number))
    }

    pub(super) fn error(&self, message: &'static str) -> PathSyntaxError {
        PathSyntaxError {
            message,
            position: self.text[..self.at].chars().count(),
        }
    }
}
