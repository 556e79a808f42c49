//! Names of buckets and keys: which there are, and which of them a directory can hold.

use super::ObjectError;

/// The longest key, in bytes.
const KEY_LIMIT: usize = 1_024;

/// Refuses what is not the name of a bucket.
pub(super) fn check_bucket(bucket: &str) -> Result<(), ObjectError> {
    let fits = (3..=63).contains(&bucket.len())
        && bucket
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
        && !bucket.starts_with(['-', '.'])
        && !bucket.ends_with(['-', '.'])
        && !bucket.contains("..");
    if fits {
        Ok(())
    } else {
        Err(ObjectError::InvalidName("bucket"))
    }
}

/// Refuses what is not a key.
pub(super) fn check_key(key: &str) -> Result<(), ObjectError> {
    if key.is_empty() || key.len() > KEY_LIMIT || key.contains('\0') {
        return Err(ObjectError::InvalidName("key"));
    }
    Ok(())
}

/// The parts of a key as names of directories and of a file; refuses those that would lead
/// elsewhere, or that a directory cannot tell apart.
pub(super) fn segments(key: &str) -> Result<Vec<&str>, ObjectError> {
    check_key(key)?;
    let parts: Vec<_> = key.split('/').collect();
    let is_name = |part: &&str| !["", ".", ".."].contains(part) && !part.contains(['\\', ':']);
    if parts.iter().all(is_name) {
        Ok(parts)
    } else {
        Err(ObjectError::InvalidName("key"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_a_plain_lower_case_name() {
        for bucket in ["orders", "my.bucket-1", "abc"] {
            assert!(check_bucket(bucket).is_ok(), "{bucket}");
        }
        for bucket in [
            "", "ab", "Orders", "a/b", "..", "a..b", "-ab", "abc.", "a\\b", "a b",
        ] {
            assert!(check_bucket(bucket).is_err(), "{bucket}");
        }
    }

    #[test]
    fn a_key_never_leads_out_of_its_bucket() {
        assert_eq!(segments("a/b/c.csv").unwrap(), ["a", "b", "c.csv"]);
        assert_eq!(segments(".hidden/..b").unwrap(), [".hidden", "..b"]);
        for key in [
            "",
            "..",
            "../a",
            "a/../../b",
            "/etc/passwd",
            "a//b",
            "a/",
            "a/.",
            "c:\\x",
            "a\0b",
        ] {
            assert!(segments(key).is_err(), "{key}");
        }
    }
}
