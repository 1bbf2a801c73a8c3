use std::collections::BTreeMap;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the date is valid")
}

fn count(units: &UnitList, province: &str, kind: &str) -> usize {
    let is_in_province = |unit: &&ListedUnit| units.ancestors(unit).last().is_some_and(|top| top.code == province);
    units.units().iter().filter(is_in_province).filter(|unit| unit.kind == kind).count()
}

#[test]
fn the_list_has_the_form_and_the_counts_that_its_sources_give() {
    let units = UnitList::shipped();
    let line_count = UNITS.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(units.units().len(), line_count, "every line has the form");
    // Resolution 1671/NQ-UBTVQH15 counts 103 communes, 20 wards and one special zone.
    let of = |province, kinds: [&str; 4]| kinds.map(|kind| count(&units, province, kind));
    assert_eq!(of("68", ["xã", "phường", "đặc khu", "thị trấn"]), [103, 20, 1, 0]);
    assert_eq!(of("67", ["xã", "phường", "thị trấn", "huyện"]), [60, 6, 5, 7]);
    assert_eq!(count(&units, "67", "thành phố"), 1);
    let mut names = BTreeMap::new();
    for unit in units.units() {
        let has_form = |code: &str, length| code.len() == length && code.bytes().all(|byte| byte.is_ascii_digit());
        let length = if unit.parent.is_empty() {
            2
        } else if ["huyện", "thành phố"].contains(&&*unit.kind) {
            3
        } else {
            5
        };
        assert!(has_form(&unit.code, length), "{unit:?}");
        assert!(!unit.name.is_empty() && unit.name == unit.name.trim(), "{unit:?}");
        assert_eq!(unit.from.is_some(), unit.until.is_none(), "one side of 1 July 2025: {unit:?}");
        assert_eq!(names.insert((unit.code.clone(), unit.from), unit.name.clone()), None, "a code is there once");
        let is_commune_of_67 = unit.until.is_some() && COMMUNE_KINDS.contains(&unit.kind.as_str());
        assert_eq!(is_commune_of_67 || unit.code == "67", !unit.successor.is_empty(), "{unit:?}");
        if is_commune_of_67 {
            assert_eq!(units.with_successors(unit).len(), 2, "the successor is in the list: {unit:?}");
        }
    }
}

#[test]
fn a_name_is_completed_for_its_date_and_brings_its_successor() {
    let units = UnitList::shipped();
    let lines = |text: &str, date: &str| {
        let areas = units.resolve(text, day(date)).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        areas.iter().map(|area| (area.line(), area.from, area.until)).collect::<Vec<_>>()
    };
    let (old, new) = ("24682 Thuận An / 663 Đắk Mil / 67 Đắk Nông", "24682 Thuận An / 68 Lâm Đồng");
    let (last, first) = (Some(day("2025-06-30")), Some(day("2025-07-01")));
    let both = vec![(old.to_owned(), None, last), (new.to_owned(), first, None)];
    assert_eq!(lines("Thuận An", "2025-07-01"), [(new.to_owned(), first, None)]);
    assert_eq!(lines("thuan an", "2023-03-20"), both);
    for text in ["Thuận An / Đắk Mil", "xã Thuận An / huyện Đắk Mil / tỉnh Đắk Nông", "THUẬN AN / Đắk Nông"]
    {
        assert_eq!(lines(text, "2026-11-30"), both, "{text}");
    }
    // Several communes went into one, and its name is another.
    assert_eq!(lines("Đắk N'Drung", "2026-11-30")[1].0, "24717 Đức An / 68 Lâm Đồng");
    assert_eq!(lines("24682 Thuận An / 68 Lâm Đồng", "2026-11-30"), [(new.to_owned(), None, None)]);
    for text in ["Cư Knia", "Cư K'nia / Cư Jút", "Cư K’Nia / 662", "xã Cư K`nia"] {
        let found = units.resolve(text, day("2023-03-20"));
        assert!(text.contains("662") != found.is_ok(), "{text}: {found:?}");
    }
    for text in ["Nowhere", "", "/", "Thuận An / Nowhere", "Thuận An / Đắk Nông / Đắk Mil", "Đắk Mil / Lâm Đồng / x"]
    {
        assert_eq!(units.resolve(text, day("2026-11-30")), Err(PlaceFault::Unknown), "{text}");
    }
}

#[test]
fn an_ambiguous_name_shows_its_candidates() {
    let unit = |line: &str| parse_unit(line).expect("the line is valid");
    let units = UnitList(vec![
        unit("1\ttỉnh\tA\t\t\t\t"),
        unit("2\ttỉnh\tB\t\t\t\t"),
        unit("11\txã\tTân Thành\t1\t\t\t"),
        unit("21\txã\tTân Thành\t2\t\t\t"),
    ]);
    let fault = units.resolve("Tân Thành", day("2026-01-01")).expect_err("two communes have the name");
    let PlaceFault::Ambiguous(candidates) = fault else { panic!("{fault:?}") };
    assert_eq!(
        candidates.iter().map(AdminArea::line).collect::<Vec<_>>(),
        ["11 Tân Thành / 1 A", "21 Tân Thành / 2 B"]
    );
    assert_eq!(units.resolve("Tân Thành / B", day("2026-01-01")).map(|areas| areas.len()), Ok(1));
}
