//! The statistics that the tables and the plots use.

/// The lower quartile, the median and the upper quartile. One that falls between two values is as far between them as its
/// share says.
///
/// # Panics
///
/// Without any value.
pub fn quartiles(values: impl IntoIterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    [0.25, 0.5, 0.75].map(|share| {
        let place = share * (values.len() - 1) as f64;
        let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
        below + (above - below) * place.fract()
    })
}

/// The geometric mean of positive values: the right mean for ratios. `None` without any value.
pub fn geometric_mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let logs: Vec<f64> = values.into_iter().map(f64::ln).collect();
    if logs.is_empty() { None } else { Some((logs.iter().sum::<f64>() / logs.len() as f64).exp()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_between_the_values() {
        assert_eq!(quartiles([7.0]), [7.0; 3]);
        assert_eq!(quartiles([5.0, 1.0, 2.0, 3.0, 4.0]), [2.0, 3.0, 4.0]);
        assert_eq!(quartiles([4.0, 1.0, 2.0, 3.0]), [1.75, 2.5, 3.25]);
    }

    #[test]
    fn geometric_means() {
        assert_eq!(geometric_mean([]), None);
        assert!((geometric_mean([2.0, 8.0]).unwrap() - 4.0).abs() < 1e-12);
        assert!((geometric_mean([0.5, 2.0]).unwrap() - 1.0).abs() < 1e-12);
    }
}
