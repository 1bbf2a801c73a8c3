//! The communes, wards and towns of Đắk Nông before the mergers of 2025.

/// For each district: its code, its name, and the names of its communes, wards and towns (71 in all).
pub const PROVINCE: [(&str, &str, &[&str]); 8] = [
    (
        "660",
        "Gia Nghĩa",
        &["Nghĩa Đức", "Nghĩa Phú", "Nghĩa Tân", "Nghĩa Thành", "Nghĩa Trung", "Quảng Thành", "Đắk Nia", "Đắk R'Moan"],
    ),
    ("661", "Đắk Glong", &["Đắk Ha", "Đắk Plao", "Đắk R'Măng", "Đắk Som", "Quảng Hòa", "Quảng Khê", "Quảng Sơn"]),
    (
        "662",
        "Cư Jút",
        &["Ea T'Ling", "Cư K'nia", "Đắk D'rông", "Đắk Wil", "Ea Pô", "Nam Dong", "Tâm Thắng", "Trúc Sơn"],
    ),
    (
        "663",
        "Đắk Mil",
        &[
            "Đắk Mil",
            "Đắk Gằn",
            "Đắk Lao",
            "Đắk N'Drót",
            "Đắk R'La",
            "Đắk Sắk",
            "Đức Mạnh",
            "Đức Minh",
            "Long Sơn",
            "Thuận An",
        ],
    ),
    (
        "664",
        "Krông Nô",
        &[
            "Đắk Mâm",
            "Buôn Choáh",
            "Đắk Drô",
            "Đắk Nang",
            "Đắk Sôr",
            "Đức Xuyên",
            "Nam Đà",
            "Nam Xuân",
            "Nâm N'Đir",
            "Nâm Nung",
            "Quảng Phú",
            "Tân Thành",
        ],
    ),
    (
        "665",
        "Đắk Song",
        &[
            "Đức An",
            "Đắk Hòa",
            "Đắk Môl",
            "Đắk N'Drung",
            "Nam Bình",
            "Nâm N'Jang",
            "Thuận Hà",
            "Thuận Hạnh",
            "Trường Xuân",
        ],
    ),
    (
        "666",
        "Đắk R'lấp",
        &[
            "Kiến Đức",
            "Đạo Nghĩa",
            "Đắk Ru",
            "Đắk Sin",
            "Đắk Wer",
            "Hưng Bình",
            "Kiến Thành",
            "Nghĩa Thắng",
            "Nhân Cơ",
            "Nhân Đạo",
            "Quảng Tín",
        ],
    ),
    ("667", "Tuy Đức", &["Đắk Búk So", "Đắk Ngo", "Đắk R'Tíh", "Quảng Tâm", "Quảng Tân", "Quảng Trực"]),
];

/// A commune of the province.
#[derive(Debug, Clone)]
pub struct Commune {
    pub id: String,
    pub name: String,
    pub place: String,
}

/// The first `count` communes. After the 71 of the province, the names repeat with other ids.
pub fn communes(count: usize) -> Vec<Commune> {
    let names_with_district =
        PROVINCE.iter().flat_map(|(code, district, names)| names.iter().map(move |name| (code, district, name)));
    let names_with_district: Vec<_> = names_with_district.collect();
    (0..count)
        .map(|n| {
            let (code, district, name) = names_with_district[n % names_with_district.len()];
            let round = n / names_with_district.len();
            let number = n % names_with_district.len();
            let id = if round == 0 { format!("xa-{number:02}") } else { format!("xa-{number:02}-{round}") };
            let place = format!("{} {name} / {code} {district} / 67 Đắk Nông", 24_600 + n);
            Commune { id, name: format!("Đài Truyền thanh {name} (hư cấu)"), place }
        })
        .collect()
}
