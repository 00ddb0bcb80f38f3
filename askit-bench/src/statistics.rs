//! Median and quartiles.

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
}
