//! Positions of the sun and the moon, and the difference between terrestrial and universal time.
use std::f64::consts::PI;

/// The mean time from one new moon to the next, in days.
const MEAN_MONTH_DAYS: f64 = 29.530_588_861;

/// Returns terrestrial minus universal time at a Julian day, in days. The table contains seconds by year: observed
/// values (IERS) and, after 2026, predictions.
pub fn delta_t(jd: f64) -> f64 {
    const SECONDS_BY_YEAR: [(f64, f64); 16] = [
        (1900.0, -2.8),
        (1920.0, 21.2),
        (1940.0, 24.3),
        (1960.0, 33.2),
        (1970.0, 40.2),
        (1980.0, 50.5),
        (1990.0, 56.9),
        (2000.0, 63.8),
        (2005.0, 64.7),
        (2010.0, 66.1),
        (2017.0, 68.6),
        (2026.0, 69.1),
        (2050.0, 93.0),
        (2075.0, 145.9),
        (2100.0, 202.7),
        (2150.0, 328.5),
    ];
    let year = 2000.0 + (jd - 2_451_544.5) / 365.25;
    let upper_index = SECONDS_BY_YEAR.partition_point(|(table_year, _)| *table_year <= year);
    let seconds = match (upper_index.checked_sub(1).map(|i| SECONDS_BY_YEAR[i]), SECONDS_BY_YEAR.get(upper_index)) {
        (Some((y0, s0)), Some((y1, s1))) => s0 + (s1 - s0) * (year - y0) / (y1 - y0),
        (Some((_, last_seconds)), None) => last_seconds,
        (None, _) => SECONDS_BY_YEAR[0].1,
    };
    seconds / 86_400.0
}

fn sine_of_degrees(degrees: f64) -> f64 {
    (degrees % 360.0 * PI / 180.0).sin()
}

/// Periodic terms of the new moon: the coefficient in days, then the multiples of the sun's anomaly, the moon's
/// anomaly and the moon's argument of latitude.
const NEW_MOON_TERMS: [(f64, i32, i32, i32); 24] = [
    (-0.407_20, 0, 1, 0),
    (0.172_41, 1, 0, 0),
    (0.016_08, 0, 2, 0),
    (0.010_39, 0, 0, 2),
    (0.007_39, -1, 1, 0),
    (-0.005_14, 1, 1, 0),
    (0.002_08, 2, 0, 0),
    (-0.001_11, 0, 1, -2),
    (-0.000_57, 0, 1, 2),
    (0.000_56, 1, 2, 0),
    (-0.000_42, 0, 3, 0),
    (0.000_42, 1, 0, 2),
    (0.000_38, 1, 0, -2),
    (-0.000_24, -1, 2, 0),
    (-0.000_07, 2, 1, 0),
    (0.000_04, 0, 2, -2),
    (0.000_04, 3, 0, 0),
    (0.000_03, 1, 1, -2),
    (0.000_03, 0, 2, 2),
    (-0.000_03, 1, 1, 2),
    (0.000_03, -1, 1, 2),
    (-0.000_02, -1, 1, -2),
    (-0.000_02, 1, 3, 0),
    (0.000_02, 0, 4, 0),
];
/// Perturbations of the new moon by the planets: the constant and the rate of the angle, in degrees, and the
/// coefficient in days.
const PLANET_TERMS: [(f64, f64, f64); 14] = [
    (299.77, 0.107_408, 0.000_325),
    (251.88, 0.016_321, 0.000_165),
    (251.83, 26.651_886, 0.000_164),
    (349.42, 36.412_478, 0.000_126),
    (84.66, 18.206_239, 0.000_110),
    (141.74, 53.303_771, 0.000_062),
    (207.14, 2.453_732, 0.000_060),
    (154.84, 7.306_860, 0.000_056),
    (34.52, 27.261_239, 0.000_047),
    (207.19, 0.121_824, 0.000_042),
    (291.34, 1.844_379, 0.000_040),
    (161.72, 24.198_154, 0.000_037),
    (239.56, 25.513_099, 0.000_035),
    (331.55, 3.592_518, 0.000_023),
];

/// Returns the instant of new moon number `k` (0: 6 January 2000) as a Julian ephemeris day. Meeus, chapter 49.
pub fn new_moon(k: f64) -> f64 {
    let t = k / 1236.85;
    let (t2, t3, t4) = (t * t, t * t * t, t * t * t * t);
    let mean = 2_451_550.097_66 + MEAN_MONTH_DAYS * k + 0.000_154_37 * t2 - 0.000_000_150 * t3 + 0.000_000_000_73 * t4;
    let eccentricity = 1.0 - 0.002_516 * t - 0.000_007_4 * t2;
    let sun_anomaly = 2.553_4 + 29.105_356_70 * k - 0.000_001_4 * t2 - 0.000_000_11 * t3;
    let moon_anomaly = 201.564_3 + 385.816_935_28 * k + 0.010_758_2 * t2 + 0.000_012_38 * t3 - 0.000_000_058 * t4;
    let latitude_argument = 160.710_8 + 390.670_502_84 * k - 0.001_611_8 * t2 - 0.000_002_27 * t3 + 0.000_000_011 * t4;
    let node_longitude = 124.774_6 - 1.563_755_88 * k + 0.002_067_2 * t2 + 0.000_002_15 * t3;
    let term = |(coefficient, sun_multiple, moon_multiple, latitude_multiple): (f64, i32, i32, i32)| {
        let angle = f64::from(sun_multiple) * sun_anomaly
            + f64::from(moon_multiple) * moon_anomaly
            + f64::from(latitude_multiple) * latitude_argument;
        coefficient * eccentricity.powi(sun_multiple.abs()) * sine_of_degrees(angle)
    };
    let planet = |(index, (constant, rate, coefficient)): (usize, (f64, f64, f64))| {
        // Only the first angle has a quadratic part.
        let quadratic_part = if index == 0 { 0.009_173 * t2 } else { 0.0 };
        coefficient * sine_of_degrees(constant + rate * k - quadratic_part)
    };
    mean + NEW_MOON_TERMS.into_iter().map(term).sum::<f64>() - 0.000_17 * sine_of_degrees(node_longitude)
        + PLANET_TERMS.into_iter().enumerate().map(planet).sum::<f64>()
}

/// Returns the sun's apparent geocentric longitude at a Julian ephemeris day, in degrees from 0 to below 360. Meeus,
/// chapter 25, with the perturbations by Venus, Jupiter and the moon that the chapter gives for the sun's position.
pub fn sun_longitude(jde: f64) -> f64 {
    let t = (jde - 2_451_545.0) / 36_525.0;
    let mean_longitude = 280.466_46 + 36_000.769_83 * t + 0.000_303_2 * t * t;
    let mean_anomaly = 357.529_11 + 35_999.050_29 * t - 0.000_153_7 * t * t;
    let equation_of_centre = (1.914_602 - 0.004_817 * t - 0.000_014 * t * t) * sine_of_degrees(mean_anomaly)
        + (0.019_993 - 0.000_101 * t) * sine_of_degrees(2.0 * mean_anomaly)
        + 0.000_289 * sine_of_degrees(3.0 * mean_anomaly);
    let cosine_of_degrees = |degrees: f64| sine_of_degrees(degrees + 90.0);
    // Centuries since 1900: the arguments of the perturbations are counted from that year.
    let u = (jde - 2_415_020.0) / 36_525.0;
    let perturbations = 0.001_34 * cosine_of_degrees(153.23 + 22_518.754_1 * u)
        + 0.001_54 * cosine_of_degrees(216.57 + 45_037.508_2 * u)
        + 0.002_00 * cosine_of_degrees(312.69 + 32_964.357_7 * u)
        + 0.001_79 * sine_of_degrees(350.74 + 445_267.114_2 * u - 0.001_44 * u * u)
        + 0.001_78 * sine_of_degrees(231.19 + 20.20 * u);
    let node_longitude = 125.04 - 1_934.136 * t;
    let apparent_longitude =
        mean_longitude + equation_of_centre + perturbations - 0.005_69 - 0.004_78 * sine_of_degrees(node_longitude);
    apparent_longitude.rem_euclid(360.0)
}
