//! What kind of file it is, by its content.

use infer::MatcherType;

/// How many bytes from the beginning tell the kind.
pub(crate) const HEAD: usize = 8 * 1024;

/// The kind of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// A media type, `text` or `data`.
    pub(crate) name: &'static str,
    /// Whether it is compressed already.
    pub(crate) is_packed: bool,
}

impl Kind {
    /// The kind of a file that begins with these bytes.
    pub(crate) fn of(head: &[u8]) -> Self {
        match infer::get(head) {
            Some(kind) => Self {
                name: kind.mime_type(),
                is_packed: is_packed(kind.matcher_type(), kind.extension()),
            },
            None if is_text(head) => Self {
                name: "text",
                is_packed: false,
            },
            None => Self {
                name: "data",
                is_packed: false,
            },
        }
    }
}

fn is_packed(matcher: MatcherType, extension: &str) -> bool {
    match matcher {
        MatcherType::Archive => !matches!(extension, "tar" | "ar" | "deb" | "cpio"),
        MatcherType::Image => !matches!(extension, "bmp" | "psd" | "tif" | "ico"),
        MatcherType::Audio => !matches!(extension, "wav" | "aiff" | "midi"),
        MatcherType::Font => matches!(extension, "woff" | "woff2"),
        MatcherType::Video | MatcherType::Book => true,
        _ => false,
    }
}

/// UTF-8 without zeros; the last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    is_utf8 && !head.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_the_content() {
        assert_eq!(Kind::of(b"\x89PNG\r\n\x1a\n....").name, "image/png");
        assert!(Kind::of(b"\x1f\x8b\x08\x00").is_packed);
        assert_eq!(Kind::of("fn main() {} // größer".as_bytes()).name, "text");
        assert_eq!(Kind::of(b"\x00\x01\x02").name, "data");
    }

    #[test]
    fn a_text_may_be_cut_in_a_character() {
        let text = "größer".as_bytes();
        assert_eq!(Kind::of(&text[..3]).name, "text");
        assert_eq!(Kind::of(b"gr\xc3(").name, "data");
    }
}
