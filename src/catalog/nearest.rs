//! The existing key that looks most like a mistyped one.

use crate::work::steps;

/// Beyond this length in bytes a text is not a typo but something else, and comparing it would only cost time.
pub(super) const LONGEST: usize = 128;

/// The nearest of some keys to a text that is none of them, if one is near: at most a third of the text differs.
///
/// The first of equally near ones in the order given. Cost: a pass over the keys; the quadratic comparison
/// runs only for those whose letters are nearly the same.
pub(super) fn nearest<'a>(text: &str, keys: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if text.len() > LONGEST {
        return None;
    }
    let length = text.chars().count();
    let mut within = length.div_ceil(3).max(1);
    let letters = histogram(text);
    let mut best = None;
    for key in keys {
        steps(1);
        if within == 0 {
            break;
        }
        if key.chars().count().abs_diff(length) > within || missing(&letters, &histogram(key)) > within {
            continue;
        }
        let distance = strsim::osa_distance(text, key);
        if distance <= within {
            best = Some(key);
            // Only something nearer can replace it.
            within = distance.saturating_sub(1);
        }
    }
    best
}

/// How often each character occurs, in 64 classes.
fn histogram(text: &str) -> [u8; 64] {
    let mut counts = [0u8; 64];
    for c in text.chars() {
        if let Some(count) = counts.get_mut(c as usize & 63) {
            *count = count.saturating_add(1);
        }
    }
    counts
}

/// A lower bound of the edit distance: the letters that one text has and the other lacks.
fn missing(a: &[u8; 64], b: &[u8; 64]) -> usize {
    let (mut only_a, mut only_b) = (0, 0);
    for (a, b) in a.iter().zip(b) {
        only_a += usize::from(a.saturating_sub(*b));
        only_b += usize::from(b.saturating_sub(*a));
    }
    only_a.max(only_b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::nearest;

    #[test]
    fn finds_typos_and_nothing_else() {
        let keys = ["campaigns/send", "campaigns/edit", "users/manage"];
        let near = |text| nearest(text, keys.into_iter());
        assert_eq!(near("campaigns/sned"), Some("campaigns/send"));
        assert_eq!(near("Campaigns/Send"), Some("campaigns/send"));
        assert_eq!(near("user/manage"), Some("users/manage"));
        assert_eq!(near("campaigns.edit"), Some("campaigns/edit"));
        assert_eq!(near("billing"), None);
        assert_eq!(near(""), None);
        assert_eq!(near(&"x".repeat(70_000)), None);
    }

    #[test]
    fn longest_and_farthest_are_still_near() {
        let key = "k".repeat(128);
        let wrong = format!("{}x", &key[1..]);
        assert_eq!(nearest(&wrong, [key.as_str()].into_iter()), Some(key.as_str()));
        assert_eq!(nearest(&format!("{wrong}k"), [key.as_str()].into_iter()), None, "129");
        // As far off as may be: in letters, in length, in both.
        assert_eq!(nearest("abd", ["abc"].into_iter()), Some("abc"));
        assert_eq!(nearest("abc", ["abcd"].into_iter()), Some("abcd"));
        assert_eq!(nearest("abc", ["abxy"].into_iter()), None);
        // One character each, however many bytes.
        let text = "\u{e7}\u{e4}mp\u{e4}\u{ef}gns/s\u{e9}nd";
        assert_eq!(nearest(text, ["campaigns/send"].into_iter()), Some("campaigns/send"));
    }

    proptest! {
        /// The first of the nearest by the distance alone.
        #[test]
        fn the_filter_loses_nothing(
            keys in prop::collection::vec("[ab/\u{e9}]{1,8}", 1..6), text in "[abx/\u{e9}\u{129}]{1,8}"
        ) {
            prop_assume!(!keys.contains(&text));
            let distances = keys.iter().map(|key| (strsim::osa_distance(&text, key), key.as_str()));
            let within = text.chars().count().div_ceil(3);
            let slow = distances.filter(|(distance, _)| *distance <= within).min_by_key(|(distance, _)| *distance);
            prop_assert_eq!(nearest(&text, keys.iter().map(String::as_str)), slow.map(|(_, key)| key));
        }
    }
}
