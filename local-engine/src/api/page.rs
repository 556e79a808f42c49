//! Pages of lists: how many items, from where on, and the sealed mark of where the next begins.

use super::error::ApiError;
use super::request::{Request, Text};
use crate::engine::Engine;
use crate::seal::Purpose;

/// How many items a page has when the caller does not say.
const DEFAULT_SIZE: usize = 100;
/// Separates the name of a list from the place in it; no name has it.
const SEPARATOR: char = '\n';

/// What a request says about the page that it wants.
#[derive(Debug)]
pub(super) struct PageRequest {
    /// How many items.
    pub(super) size: usize,
    token: Option<String>,
}

impl PageRequest {
    pub(super) fn read(request: &mut Request, longest_token: usize) -> Self {
        let size = request.number("maxResults", 0..=1_000);
        let size = size.and_then(|size| usize::try_from(size).ok());
        Self {
            size: size.filter(|size| *size > 0).unwrap_or(DEFAULT_SIZE),
            token: request.text("nextToken", Text::shown(1, longest_token)),
        }
    }

    /// The last item of the page before, as [`next_token`] was given it. A token opens the
    /// list that it was made for and no other.
    pub(super) fn after(&self, engine: &Engine, list: &str) -> Result<Option<String>, ApiError> {
        let Some(token) = &self.token else {
            return Ok(None);
        };
        let place = open(engine, list, token);
        place.map(Some).ok_or_else(ApiError::invalid_token)
    }
}

/// The token of the page after this last item.
pub(super) fn next_token(engine: &Engine, list: &str, last: &str) -> String {
    let body = format!("{list}{SEPARATOR}{last}");
    engine.shared.seal(Purpose::Page, body.as_bytes())
}

fn open(engine: &Engine, list: &str, token: &str) -> Option<String> {
    let body = engine.shared.unseal(Purpose::Page, token)?;
    let body = String::from_utf8(body).ok()?;
    let (found, last) = body.split_once(SEPARATOR)?;
    (found == list).then(|| last.to_owned())
}
