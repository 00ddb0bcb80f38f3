//! Where values lie, and whether two samples differ.

use std::cmp::Ordering;

/// Where values lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// A quarter of the values lie below.
    pub lower: f64,
    /// Half of them.
    pub median: f64,
    /// Three quarters.
    pub upper: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Of any number of values, in any order; of none everything is 0.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        Self {
            min: quantile(&sorted, 0.0),
            lower: quantile(&sorted, 0.25),
            median: quantile(&sorted, 0.5),
            upper: quantile(&sorted, 0.75),
            max: quantile(&sorted, 1.0),
        }
    }
}

/// The value below which the share `part` of `sorted` lies, linear between two neighbours.
pub fn quantile(sorted: &[f64], part: f64) -> f64 {
    let position = part * sorted.len().saturating_sub(1) as f64;
    let at = |index: f64| sorted.get(index as usize).copied().unwrap_or_default();
    let (below, above) = (at(position.floor()), at(position.ceil()));
    below + (above - below) * position.fract()
}

/// How likely a value of one sample is greater than one of another: the area under the ROC curve,
/// which is Mann and Whitney's U divided by the number of pairs. 0.5 where neither tends to be
/// greater.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Auc {
    /// As seen; ties count half.
    pub value: f64,
    /// Half of the 99 % interval (DeLong, DeLong and Clarke-Pearson 1988).
    pub margin: f64,
}

/// Standard deviations to either side that leave out 1 %.
const Z_99: f64 = 2.576;

impl Auc {
    /// Of two samples, neither of them empty.
    pub fn of(sample: &[f64], other: &[f64]) -> Self {
        let wins = |value: f64, than: &[f64]| {
            let score = |it: &f64| match value.total_cmp(it) {
                Ordering::Greater => 1.0,
                Ordering::Equal => 0.5,
                Ordering::Less => 0.0,
            };
            than.iter().map(score).sum::<f64>() / than.len() as f64
        };
        let of_sample: Vec<f64> = sample.iter().map(|it| wins(*it, other)).collect();
        let of_other: Vec<f64> = other.iter().map(|it| 1.0 - wins(*it, sample)).collect();
        let deviation = (error_squared(&of_sample) + error_squared(&of_other)).sqrt();
        Self {
            value: mean(&of_sample),
            margin: Z_99 * deviation,
        }
    }

    /// How far the interval reaches away from 0.5.
    pub fn reach(&self) -> f64 {
        (self.value - 0.5).abs() + self.margin
    }
}

/// The greatest distance between the distributions of two samples (Kolmogorov and Smirnov): 0 to 1.
pub fn distance(sample: &[f64], other: &[f64]) -> f64 {
    let up_to = |value: f64, of: &[f64]| {
        let count = of.iter().filter(|it| **it <= value).count();
        count as f64 / of.len() as f64
    };
    let at = |value: &f64| (up_to(*value, sample) - up_to(*value, other)).abs();
    sample.iter().chain(other).map(at).fold(0.0, f64::max)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The square of the standard error of their mean.
fn error_squared(values: &[f64]) -> f64 {
    let (mean, count) = (mean(values), values.len() as f64);
    let squares: f64 = values.iter().map(|it| (it - mean).powi(2)).sum();
    squares / (count - 1.0) / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_number_of_values_has_its_middle_as_the_median() {
        let spread = Spread::of([5.0, 1.0, 3.0, 2.0, 4.0]);
        let expected = Spread {
            min: 1.0,
            lower: 2.0,
            median: 3.0,
            upper: 4.0,
            max: 5.0,
        };
        assert_eq!(spread, expected);
    }

    #[test]
    fn between_two_values_it_is_linear() {
        let spread = Spread::of([4.0, 1.0, 2.0, 3.0]);
        assert_eq!(
            (spread.lower, spread.median, spread.upper),
            (1.75, 2.5, 3.25)
        );
    }

    #[test]
    fn one_value_is_all_of_them_and_none_is_zero() {
        let one = Spread::of([7.0]);
        assert_eq!((one.min, one.median, one.max), (7.0, 7.0, 7.0));
        assert_eq!(Spread::of([]).median, 0.0);
    }

    #[test]
    fn a_hundredth_lies_above_the_99th_percentile() {
        let sorted: Vec<f64> = (0..=100).map(f64::from).collect();
        assert_eq!(quantile(&sorted, 0.99), 99.0);
    }

    /// Reckoned by hand: of the 12 pairs 8 are won, and 1 is a tie.
    #[test]
    fn the_share_of_pairs_that_are_won_is_known() {
        let auc = Auc::of(&[2.0, 3.0, 5.0, 7.0], &[1.0, 3.0, 4.0]);
        assert!((auc.value - 8.5 / 12.0).abs() < 1e-12, "{auc:?}");
        // Shares 1/3, 1/2, 1, 1 and 1, 5/8, 1/2: variances 17/144 and 13/192.
        let deviation = (17.0 / 144.0 / 4.0 + 13.0 / 192.0 / 3.0_f64).sqrt();
        assert!((auc.margin - 2.576 * deviation).abs() < 1e-12, "{auc:?}");
        assert!((auc.reach() - (8.5 / 12.0 - 0.5 + auc.margin)).abs() < 1e-12);
    }

    #[test]
    fn samples_that_do_not_meet_are_told_apart_and_equal_ones_are_not() {
        let (low, high) = ([1.0, 2.0, 3.0], [4.0, 5.0]);
        assert_eq!(Auc::of(&low, &high).value, 0.0);
        assert_eq!(Auc::of(&high, &low).value, 1.0);
        assert_eq!(Auc::of(&low, &low).value, 0.5);
        assert_eq!(distance(&low, &high), 1.0);
        assert_eq!(distance(&low, &low), 0.0);
    }

    #[test]
    fn the_greatest_distance_of_two_distributions_is_known() {
        // After 2 there are 2 of 4 and none; after 4, all and half.
        assert_eq!(distance(&[1.0, 2.0, 3.0, 4.0], &[3.5, 4.0, 5.0, 6.0]), 0.75);
        // Neither tends to be greater, and still they differ.
        let (apart, between) = ([1.0, 1.0, 9.0, 9.0], [5.0; 4]);
        assert_eq!(Auc::of(&apart, &between).value, 0.5);
        assert_eq!(distance(&apart, &between), 0.5);
    }
}
