//! Looking up by place.

use std::ops::Range;

/// The first of some items, in the order of the text and none over another, that a stretch of it touches.
pub fn first_touching<'t, T>(items: &'t [T], stretch: &Range<usize>, place: impl Fn(&T) -> &Range<usize>) -> Option<&'t T> {
    let first = items.partition_point(|item| place(item).end <= stretch.start);
    items.get(first).filter(|item| place(item).start < stretch.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stretch_touches_is_found() {
        let items = [1..3, 5..6];
        let found = |stretch: Range<usize>| first_touching(&items, &stretch, |item| item).cloned();
        assert_eq!(
            [found(0..1), found(0..2), found(2..9), found(3..5), found(5..6), found(6..7)],
            [None, Some(1..3), Some(1..3), None, Some(5..6), None]
        );
    }
}
