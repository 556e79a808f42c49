//! Random numbers of one execution: the same seed, the same numbers.

use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random numbers that queries may share (the SplitMix64 generator).
///
/// It is no source of secrets: whoever knows the seed knows all the numbers, which is what makes
/// an execution repeatable.
#[derive(Debug)]
pub struct Random(AtomicU64);

impl Random {
    /// Starts the row of numbers that belongs to this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Returns the next number.
    pub fn next_u64(&self) -> u64 {
        const GAP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut number = self.0.fetch_add(GAP, Ordering::Relaxed).wrapping_add(GAP);
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// Returns a number from zero up to, but without, a bound; zero if the bound is.
    pub fn below(&self, bound: u64) -> u64 {
        // The high half of the product is spread as evenly as 64 bits allow.
        let product = u128::from(self.next_u64()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// Returns a random UUID, version 4, as text.
    pub fn uuid(&self) -> String {
        let high = u128::from(self.next_u64());
        let low = u128::from(self.next_u64());
        uuid::Builder::from_random_bytes(((high << 64) | low).to_be_bytes())
            .into_uuid()
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (one, other) = (Random::new(7), Random::new(7));
        assert_eq!(one.next_u64(), other.next_u64());
        assert_eq!(one.uuid(), other.uuid());
        assert_ne!(one.uuid(), one.uuid());
        assert_ne!(Random::new(8).next_u64(), Random::new(7).next_u64());
    }

    #[test]
    fn numbers_stay_below_their_bound() {
        let random = Random::new(1);
        assert!((0..1000).all(|_| random.below(10) < 10));
        assert_eq!(random.below(0), 0);
        assert_eq!(random.below(1), 0);
    }

    #[test]
    fn a_uuid_has_version_four() {
        let uuid = Random::new(3).uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
    }
}
