//! Files that are sealed with a key.

use super::*;

fn sealed(place: &Place, key: u8) -> Outbox {
    Outbox::builder(place.directory())
        .sealed_with(OutboxKey::from_bytes([key; 32]))
        .open()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn p10_a_sealed_file_shows_neither_token_nor_payload() {
    let place = Place::new();
    leave_behind(&place.open(), 0..1).await;
    leave_behind(&sealed(&place, 1), 1..2).await;
    let contains = |name: &str, text: &str| {
        let bytes = fs::read(place.file(name)).unwrap();
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    for secret in ["canary", "4111", "charge-card"] {
        assert!(contains("000000000000.held", secret));
        assert!(!contains("000000000001.held", secret));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_sealed_comes_back_and_so_does_what_was_stored_before_the_key() {
    let place = Place::new();
    leave_behind(&place.open(), 0..1).await;
    leave_behind(&sealed(&place, 1), 1..2).await;
    assert_eq!(
        pending_tokens(&sealed(&place, 1)).await,
        [token(0), token(1)]
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_unsealed_is_set_aside_and_can_be_brought_back() {
    for open in [
        (|place| sealed(place, 2)) as fn(&Place) -> Outbox,
        Place::open,
    ] {
        let place = Place::new();
        leave_behind(&sealed(&place, 1), 0..1).await;
        let outbox = open(&place);
        assert!(outbox.pending().next().await.is_none());
        assert!(outbox.is_empty());
        drop(outbox);
        let aside = place.file("000000000000.held.unreadable");
        fs::rename(aside, place.file("000000000000.held")).unwrap();
        assert_eq!(pending_tokens(&sealed(&place, 1)).await, [token(0)]);
    }
}

#[test]
fn two_seals_of_one_document_have_nothing_in_common() {
    let key = OutboxKey::from_bytes([1; 32]);
    let seal = || frame::encode(b"{}", Some(&key)).unwrap();
    assert_ne!(seal()[22..46], seal()[22..46], "the nonces");
    assert_ne!(seal()[46..], seal()[46..]);
}

#[test]
fn a_file_that_was_forged_around_its_checksum_is_not_unsealed() {
    use sha2::{Digest as _, Sha256};

    let key = OutboxKey::from_bytes([1; 32]);
    let bytes = frame::encode(b"a document", Some(&key)).unwrap();
    assert_eq!(frame::decode(&bytes, Some(&key)).unwrap(), b"a document");
    let checked = bytes.len() - 32;
    for bit in 0..checked * 8 {
        let mut forged = bytes.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        assert!(frame::decode(&forged, Some(&key)).is_err(), "bit {bit}");
        let checksum = Sha256::digest(&forged[..checked]);
        forged[checked..].copy_from_slice(&checksum);
        assert!(frame::decode(&forged, Some(&key)).is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        assert!(frame::decode(&bytes[..length], Some(&key)).is_err());
    }
}
