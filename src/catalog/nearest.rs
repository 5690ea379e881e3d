//! The existing key that looks most like a mistyped one.

/// Beyond this length a text is not a typo but something else, and comparing it would only cost time.
const LONGEST: usize = 128;

/// The nearest of some keys, if one is near: at most a third of the text differs.
///
/// The first of equally near ones in the order given. Cost: a pass over the keys; the quadratic comparison
/// runs only for those whose letters are nearly the same.
pub(super) fn nearest<'a>(text: &str, keys: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if text.len() > LONGEST {
        return None;
    }
    let mut within = text.len().div_ceil(3).max(1);
    let letters = histogram(text);
    let mut best = None;
    for key in keys {
        if within == 0 {
            break;
        }
        if key.len().abs_diff(text.len()) > within || missing(&letters, &histogram(key)) > within {
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

/// How often each byte occurs, in 64 classes.
fn histogram(text: &str) -> [u8; 64] {
    let mut counts = [0u8; 64];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte & 63)) {
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
    fn the_filter_loses_nothing() {
        let keys = ["alpha/read", "alpha/write", "beta/read", "beta/write", "gamma/delete"];
        for text in ["alpha/raed", "bet/write", "gama/delete", "alpha/rite", "beta-read", "zzzzzzzzzz"] {
            let slow = keys
                .iter()
                .map(|key| (strsim::osa_distance(text, key), *key))
                .filter(|(distance, _)| *distance <= text.len().div_ceil(3))
                .min_by_key(|(distance, _)| *distance);
            assert_eq!(nearest(text, keys.into_iter()), slow.map(|(_, key)| key), "{text}");
        }
    }
}
