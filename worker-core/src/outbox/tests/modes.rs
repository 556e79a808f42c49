//! Who may read what is stored.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test(start_paused = true)]
async fn p10_only_the_user_can_read_what_is_stored() {
    let place = Place::new();
    leave_behind(&place.open(), 0..1).await;
    assert_eq!(mode(&place.directory()), 0o700);
    assert_eq!(mode(&place.file("lock")), 0o600);
    assert_eq!(mode(&place.file("000000000000.held")), 0o600);
}

#[test]
fn a_directory_that_others_can_write_is_refused() {
    let place = Place::new();
    drop(place.open());
    for shared in [0o770, 0o702, 0o1777] {
        set_mode(&place.directory(), shared);
        let error = Outbox::open(place.directory()).unwrap_err().to_string();
        assert!(error.contains("chmod 0700"), "{error}");
    }
    // Others may look, since they cannot read the files.
    set_mode(&place.directory(), 0o755);
    place.open();
}

#[test]
fn what_is_no_directory_is_refused_and_a_link_to_one_is_followed() {
    let place = Place::new();
    fs::write(place.directory(), "").unwrap();
    let error = Outbox::open(place.directory()).unwrap_err().to_string();
    assert!(error.contains("is not a directory"), "{error}");
    let error = Outbox::open(place.directory().join("below")).unwrap_err();
    assert!(std::error::Error::source(&error).is_some(), "{error}");

    let target = place.0.path().join("target");
    drop(Outbox::open(&target).unwrap());
    let link = place.0.path().join("link");
    symlink(&target, &link).unwrap();
    let first = Outbox::open(&link).unwrap();
    assert!(Outbox::open(&target).unwrap_err().is_in_use());
    drop(first);
}

#[tokio::test(start_paused = true)]
async fn a_link_in_the_directory_is_not_followed() {
    let place = Place::new();
    leave_behind(&place.open(), 0..1).await;
    let outside = place.0.path().join("outside");
    fs::copy(place.file("000000000000.held"), &outside).unwrap();
    symlink(&outside, place.file("000000000001.held")).unwrap();
    symlink(&outside, place.file("000000000002.part")).unwrap();
    fs::create_dir(place.file("000000000003.sent")).unwrap();
    let outbox = place.open();
    assert_eq!(outbox.len(), 1);
    assert_eq!(pending_tokens(&outbox).await, [token(0)]);
    assert!(outside.exists());
    drop(outbox);

    fs::remove_file(place.file("lock")).unwrap();
    symlink(&outside, place.file("lock")).unwrap();
    let error = Outbox::open(place.directory()).unwrap_err();
    assert_eq!(error.path(), place.file("lock"));
}
