//! The numbers that the service draws for `$random` with a seed: those of `java.util.Random`.

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const INCREMENT: u64 = 0xB;
const MASK: u64 = (1 << 48) - 1;

/// The first number of a generator with this seed, at least 0 and less than 1.
pub(super) fn first(seed: i64) -> f64 {
    let mut state = (seed.cast_unsigned() ^ MULTIPLIER) & MASK;
    let high = next(&mut state, 26);
    let low = next(&mut state, 27);
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits are what a floating-point number holds"
    )]
    let drawn = ((high << 27) + low) as f64;
    drawn / 9_007_199_254_740_992.0
}

fn next(state: &mut u64, bits: u32) -> u64 {
    *state = state.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT) & MASK;
    *state >> (48 - bits)
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn seeds_draw_what_the_service_draws() {
        for (seed, drawn) in [
            (42, 0.727_563_680_032_868_1),
            (0, 0.730_967_787_376_657),
            (7, 0.730_699_042_060_042_1),
        ] {
            assert!((first(seed) - drawn).abs() < f64::EPSILON, "{seed}");
        }
    }
}
