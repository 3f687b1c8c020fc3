//! The one place where something is rounded.

use crate::MoneyError;

/// How a number that lies between two whole ones becomes one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rounding {
    /// The nearer one; from the middle away from zero: 2.5 is 3, -2.5 is -3.
    #[default]
    HalfUp,
    /// The nearer one; from the middle the even one: 2.5 is 2, 3.5 is 4.
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// The greater one.
    Ceiling,
    /// The smaller one.
    Floor,
}

impl Rounding {
    /// Every way.
    pub const ALL: [Self; 6] =
        [Self::HalfUp, Self::HalfEven, Self::Up, Self::Down, Self::Ceiling, Self::Floor];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HalfUp => "half-up",
            Self::HalfEven => "half-even",
            Self::Up => "up",
            Self::Down => "down",
            Self::Ceiling => "ceiling",
            Self::Floor => "floor",
        }
    }

    /// The way that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rounding| rounding.code() == code)
    }

    /// `numerator / denominator` as a whole number.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the denominator is zero, or the result is out of range.
    pub const fn divide(self, numerator: i128, denominator: i128) -> Result<i128, MoneyError> {
        let (Some(whole), Some(rest)) =
            (numerator.checked_div_euclid(denominator), numerator.checked_rem_euclid(denominator))
        else {
            return Err(MoneyError::Overflow);
        };
        // With a negative denominator Euclid's quotient is the greater neighbour, not the smaller.
        let below = if denominator < 0 && rest != 0 { whole - 1 } else { whole };
        if rest == 0 {
            return Ok(whole);
        }
        // How far above `below` it lies, of the denominator's absolute value.
        let size = denominator.unsigned_abs();
        let above = if denominator < 0 { size - rest.unsigned_abs() } else { rest.unsigned_abs() };
        let is_negative = below < 0;
        let goes_up = match self {
            Self::Ceiling => true,
            Self::Floor => false,
            Self::Up => !is_negative,
            Self::Down => is_negative,
            Self::HalfUp if above == size - above => !is_negative,
            Self::HalfEven if above == size - above => below % 2 != 0,
            Self::HalfUp | Self::HalfEven => above > size - above,
        };
        Ok(if goes_up { below + 1 } else { below })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_way_has_its_table() {
        // In tenths.
        let tenths = [25, 35, -25, -35, 21, 29, -21, -29, 30];
        let table = [
            (Rounding::HalfUp, [3, 4, -3, -4, 2, 3, -2, -3, 3]),
            (Rounding::HalfEven, [2, 4, -2, -4, 2, 3, -2, -3, 3]),
            (Rounding::Up, [3, 4, -3, -4, 3, 3, -3, -3, 3]),
            (Rounding::Down, [2, 3, -2, -3, 2, 2, -2, -2, 3]),
            (Rounding::Ceiling, [3, 4, -2, -3, 3, 3, -2, -2, 3]),
            (Rounding::Floor, [2, 3, -3, -4, 2, 2, -3, -3, 3]),
        ];
        for (rounding, expected) in table {
            let rounded = tenths.map(|tenths| rounding.divide(tenths, 10).unwrap());
            assert_eq!(rounded, expected, "{rounding:?}");
            let rounded = tenths.map(|tenths| rounding.divide(-tenths, -10).unwrap());
            assert_eq!(rounded, expected, "{rounding:?}, both negative");
        }
    }

    #[test]
    fn what_has_no_quotient_is_an_error() {
        assert_eq!(Rounding::Up.divide(1, 0), Err(MoneyError::Overflow));
        assert_eq!(Rounding::Up.divide(i128::MIN, -1), Err(MoneyError::Overflow));
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for rounding in Rounding::ALL {
            assert_eq!(Rounding::from_code(rounding.code()), Some(rounding));
        }
    }

    proptest! {
        #[test]
        fn no_way_is_further_off_than_one(
            numerator in any::<i64>(), denominator in any::<i64>().prop_filter("zero", |it| *it != 0)
        ) {
            let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
            for rounding in Rounding::ALL {
                let whole = rounding.divide(numerator, denominator).unwrap();
                let off = (numerator - whole * denominator).unsigned_abs();
                let size = denominator.unsigned_abs();
                let most = match rounding {
                    Rounding::HalfUp | Rounding::HalfEven => size / 2,
                    _ => size - 1,
                };
                prop_assert!(off <= most, "{rounding:?}: {whole}");
            }
        }
    }
}
