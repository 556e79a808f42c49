//! `States.MathAdd` and `States.MathRandom`, and how the service makes whole numbers.

use serde_json::Value;

use super::Refusal;
use crate::query::random::Random;

/// The sum of two numbers, each rounded before; all three must fit 32 bits.
pub(super) fn add(one: &Value, other: &Value) -> Result<Value, Refusal> {
    let (one, other) = (rounded(one)?, rounded(other)?);
    let sum = one.checked_add(other).ok_or(Refusal::Arguments)?;
    Ok(sum.into())
}

/// A number from the first up to, but without, the second; the same for the same seed.
pub(super) fn random(
    from: &Value,
    to: &Value,
    seed: Option<&Value>,
    random: &Random,
) -> Result<Value, Refusal> {
    let (from, to) = (cut(from)?, cut(to)?);
    let range = match to.checked_sub(from) {
        Some(range @ 1..) => u64::try_from(range).map_err(|_| Refusal::Arguments)?,
        _ => return Err(Refusal::Arguments),
    };
    let drawn = match seed {
        Some(seed) => Seeded::new(cut(seed)?).below(range),
        None => random.below(range),
    };
    let drawn = i64::try_from(drawn).map_err(|_| Refusal::Arguments)?;
    Ok(from.saturating_add(drawn).into())
}

/// A number without its fraction.
pub(super) fn cut(value: &Value) -> Result<i64, Refusal> {
    if let Some(number) = value.as_i64() {
        return Ok(number);
    }
    let number = value.as_f64().ok_or(Refusal::Arguments)?;
    whole(number.trunc())
}

/// The nearest whole number of 32 bits, the greater one of two as near.
fn rounded(value: &Value) -> Result<i32, Refusal> {
    let number = match value.as_i64() {
        Some(number) => number,
        None => whole((value.as_f64().ok_or(Refusal::Arguments)? + 0.5).floor())?,
    };
    i32::try_from(number).map_err(|_| Refusal::Arguments)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is looked at before, and there is no fraction"
)]
fn whole(number: f64) -> Result<i64, Refusal> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    if number.abs() <= LIMIT {
        Ok(number as i64)
    } else {
        Err(Refusal::Arguments)
    }
}

/// The generator that the service's platform has for seeds: 48 bits, linear congruential.
struct Seeded(u64);

impl Seeded {
    const MASK: u64 = (1 << 48) - 1;
    const FACTOR: u64 = 0x5_deec_e66d;

    fn new(seed: i64) -> Self {
        Self((seed.cast_unsigned() ^ Self::FACTOR) & Self::MASK)
    }

    /// The next 31 bits.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(Self::FACTOR).wrapping_add(0xb) & Self::MASK;
        self.0 >> 17
    }

    fn below(mut self, bound: u64) -> u64 {
        const BITS: u64 = 1 << 31;
        if bound > BITS {
            return ((self.next() << 31) | self.next()) % bound;
        }
        if bound.is_power_of_two() {
            return (bound * self.next()) >> 31;
        }
        // Draws at the uneven end of the 31 bits are thrown away.
        let even = BITS - BITS % bound;
        loop {
            let drawn = self.next();
            if drawn < even {
                return drawn % bound;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Seeded;

    #[test]
    fn a_seed_gives_the_numbers_of_the_platform() {
        // The well-known first draw of 32 bits for the seed 42 is -1170105035.
        let drawn = u64::from((-1_170_105_035_i32).cast_unsigned()) >> 1;
        assert_eq!(Seeded::new(42).next(), drawn);
        assert_eq!(Seeded::new(42).below(1 << 31), drawn);
        assert_eq!(Seeded::new(42).below(100), drawn % 100);
    }
}
