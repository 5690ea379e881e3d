//! Serde, with its own words about names from outside quoted (D10).
//!
//! Decoding a struct refuses unknown fields and decoding an enum unknown variants, and serde writes either into its
//! error as it came, line breaks included. Whatever derives `Deserialize` in this crate finds serde under this path
//! (`#[serde(crate = "crate::quote::serde")]`), and so these two words for them; all else is serde's own.

pub(crate) use ::serde::*;

/// What derived code asks of `serde::de`.
pub(crate) mod de {
    pub(crate) use ::serde::de::*;

    use crate::quote::{Quoted, excerpt};

    /// `serde::de::Error`, as far as derived code calls it, with two texts of its own.
    #[allow(dead_code, reason = "which of them derived code calls depends on what derives")]
    pub(crate) trait Error: ::serde::de::Error {
        fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
            unknown("variant", variant, expected)
        }

        fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
            unknown("field", field, expected)
        }

        fn custom<T: std::fmt::Display>(message: T) -> Self {
            <Self as ::serde::de::Error>::custom(message)
        }

        fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
            <Self as ::serde::de::Error>::invalid_type(found, expected)
        }

        fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
            <Self as ::serde::de::Error>::invalid_value(found, expected)
        }

        fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
            <Self as ::serde::de::Error>::invalid_length(found, expected)
        }

        fn missing_field(field: &'static str) -> Self {
            <Self as ::serde::de::Error>::missing_field(field)
        }

        fn duplicate_field(field: &'static str) -> Self {
            <Self as ::serde::de::Error>::duplicate_field(field)
        }
    }

    impl<E: ::serde::de::Error> Error for E {}

    #[cold]
    fn unknown<E: ::serde::de::Error>(what: &str, found: &str, expected: &[&str]) -> E {
        let found = excerpt(found);
        let found = Quoted(&found);
        match expected {
            [] => E::custom(format_args!("unknown {what} {found}, there are none")),
            [one] => E::custom(format_args!("unknown {what} {found}, expected `{one}`")),
            several => {
                E::custom(format_args!("unknown {what} {found}, expected one of `{}`", several.join("`, `")))
            }
        }
    }
}
