//! A directory of buckets: what is found, and what is kept out.

use tempfile::TempDir;

use super::*;

fn store() -> (TempDir, DirectoryObjects) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("orders")).unwrap();
    let store = DirectoryObjects::new(folder.path());
    (folder, store)
}

#[tokio::test]
async fn what_was_put_is_a_file_and_is_found_again() {
    let (folder, store) = store();
    let put = store.put("orders", "2026/11/today.json", b"[1]".to_vec());
    put.await.unwrap();
    let file = folder.path().join("orders/2026/11/today.json");
    assert_eq!(fs::read(file).unwrap(), b"[1]");
    let found = store.get("orders", "2026/11/today.json").await.unwrap();
    assert_eq!(found, b"[1]");
}

#[tokio::test]
async fn keys_are_listed_in_order_and_by_a_prefix_that_need_not_end_with_a_name() {
    let (_folder, store) = store();
    for key in ["b/2", "a/1", "b/1", "c", "bb"] {
        store.put("orders", key, Vec::new()).await.unwrap();
    }
    let keys = async |prefix: &str| {
        let listed = store.list("orders", prefix).await.unwrap();
        let keys = listed.into_iter().map(|entry| entry.key);
        keys.collect::<Vec<_>>()
    };
    assert_eq!(keys("").await, ["a/1", "b/1", "b/2", "bb", "c"]);
    assert_eq!(keys("b/").await, ["b/1", "b/2"]);
    assert_eq!(keys("b").await, ["b/1", "b/2", "bb"]);
    assert_eq!(keys("b/2").await, ["b/2"]);
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let (_folder, store) = store();
    let error = store.get("orders", "gone").await.unwrap_err();
    assert!(matches!(error, ObjectError::NoSuchKey));
    let error = store.get("elsewhere", "gone").await.unwrap_err();
    assert!(matches!(error, ObjectError::NoSuchBucket));
    let error = store.put("elsewhere", "a", Vec::new()).await.unwrap_err();
    assert!(matches!(error, ObjectError::NoSuchBucket));
    store.put("orders", "a", Vec::new()).await.unwrap();
    let error = store.get("orders", "a/b").await.unwrap_err();
    assert!(
        matches!(error, ObjectError::NoSuchKey),
        "a file is no directory"
    );
}

#[tokio::test]
async fn nothing_leads_out_of_the_bucket() {
    let (folder, store) = store();
    fs::write(folder.path().join("secret"), "no").unwrap();
    for (bucket, key) in [
        ("orders", "../secret"),
        ("..", "secret"),
        ("orders", "a/../../secret"),
    ] {
        let error = store.get(bucket, key).await.unwrap_err();
        assert!(
            matches!(error, ObjectError::InvalidName(_)),
            "{bucket} {key}"
        );
        assert!(store.put(bucket, key, Vec::new()).await.is_err());
    }
    assert_eq!(fs::read(folder.path().join("secret")).unwrap(), b"no");
}

#[cfg(unix)]
#[tokio::test]
async fn symbolic_links_are_neither_followed_nor_listed() {
    use std::os::unix::fs::symlink;

    let (folder, store) = store();
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "no").unwrap();
    symlink(&outside, folder.path().join("orders/way-out")).unwrap();
    symlink(outside.join("secret"), folder.path().join("orders/file")).unwrap();
    symlink(&outside, folder.path().join("linked-bucket")).unwrap();
    assert!(store.get("orders", "way-out/secret").await.is_err());
    assert!(store.get("orders", "file").await.is_err());
    assert!(
        store
            .put("orders", "way-out/new", Vec::new())
            .await
            .is_err()
    );
    assert!(store.get("linked-bucket", "secret").await.is_err());
    assert!(store.list("orders", "").await.unwrap().is_empty());
    assert!(!outside.join("new").exists());
}
