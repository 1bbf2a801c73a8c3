//! Renders drawings as Enhanced Metafiles (MS-EMF), the vector format that every word processor reads.
use super::{ChartShape, Colour, Drawing, TEXT_COLOUR};
use crate::paper::pdf::fonts::{FontStyle, Fonts};

/// The number of the file's units in a point. A unit is a hundredth of a millimetre, in which the header gives the size,
/// so that no mapping is needed.
const UNITS_PER_POINT: f32 = 2540.0 / 72.0;
/// The reference device: an A4 page with one pixel for each unit.
const DEVICE: ([u32; 2], [u32; 2]) = ([21_000, 29_700], [210, 297]);
const HEADER_SIZE: u32 = 88;
/// The stock object that draws no outlines.
const NULL_PEN: u32 = 0x8000_0008;
/// The handle of the one brush or font that exists at a time. Handle 0 is the file itself.
const HANDLE: u32 = 1;
const FONT_NAME: &str = "Times New Roman";

/// The records of a metafile.
#[derive(Default)]
struct Records {
    bytes: Vec<u8>,
    count: u32,
}

impl Records {
    /// Adds a record of this type with these words.
    fn add(&mut self, kind: u32, words: &[u32]) {
        self.add_bytes(kind, &words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    }

    /// Adds a record of this type. Its data is padded to whole words.
    fn add_bytes(&mut self, kind: u32, data: &[u8]) {
        let padded = data.len().next_multiple_of(4);
        let size = u32::try_from(8 + padded).unwrap_or(u32::MAX);
        self.bytes.extend(kind.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(data);
        self.bytes.resize(self.bytes.len() + padded - data.len(), 0);
        self.count += 1;
    }

    fn add_rectangle(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), colour: Colour) {
        // CREATEBRUSHINDIRECT, SELECTOBJECT, RECTANGLE, and the brush is selected away before it is deleted.
        self.add(39, &[HANDLE, 0, colour_ref(colour), 0]);
        self.add(37, &[HANDLE]);
        self.add(43, &[units(x), units(y), units(x + width), units(y + height)]);
        self.add(37, &[0x8000_0000]);
        self.add(40, &[HANDLE]);
    }

    /// Adds text whose left end is at `x`, and whose baseline is at `y`.
    fn add_text(&mut self, (x, y): (f32, f32), size: f32, is_bold: bool, text: &str, fonts: &Fonts) {
        let style = if is_bold { FontStyle::Bold } else { FontStyle::Regular };
        self.add_bytes(82, &font(size, is_bold));
        self.add(37, &[HANDLE]);
        let mut string: Vec<u8> = Vec::new();
        let mut distances: Vec<u32> = Vec::new();
        for c in text.chars() {
            let mut buffer = [0; 2];
            for (index, unit) in c.encode_utf16(&mut buffer).iter().enumerate() {
                string.extend(unit.to_le_bytes());
                distances.push(if index == 0 { units(fonts.width(style, size, &c.to_string())) } else { 0 });
            }
        }
        let char_count = u32::try_from(distances.len()).unwrap_or(0);
        string.resize(string.len().next_multiple_of(4), 0);
        // The offsets count from the start of the record, whose fixed part has 76 bytes.
        let distances_offset = 76 + u32::try_from(string.len()).unwrap_or(0);
        let scale = 1.0_f32.to_bits();
        let fixed = [0, 0, 0, 0, 1, scale, scale, units(x), units(y), char_count, 76, 0, 0, 0, 0, 0, distances_offset];
        let mut data: Vec<u8> = fixed.iter().flat_map(|word: &u32| word.to_le_bytes()).collect();
        data.extend(string);
        data.extend(distances.iter().flat_map(|distance| distance.to_le_bytes()));
        self.add_bytes(84, &data);
        self.add(37, &[0x8000_000d]);
        self.add(40, &[HANDLE]);
    }
}

/// Converts points to units; negative numbers are in two's complement, as the file has them.
#[allow(clippy::cast_possible_truncation)]
fn units(points: f32) -> u32 {
    ((points * UNITS_PER_POINT).round() as i32).cast_unsigned()
}

fn colour_ref((r, g, b): Colour) -> u32 {
    u32::from_le_bytes([r, g, b, 0])
}

/// Returns the data of a record that creates a font: its handle, and a `LogFontPanose` of 320 bytes.
fn font(size: f32, is_bold: bool) -> Vec<u8> {
    let weight = if is_bold { 700 } else { 400 };
    let mut data: Vec<u8> = Vec::new();
    // A negative height is that of the letters, without the space between lines.
    for word in [HANDLE, units(-size), 0, 0, 0, weight] {
        data.extend(word.to_le_bytes());
    }
    // Not italic, underlined or struck out; the default character set, precisions, quality and pitch.
    data.extend([0, 0, 0, 1, 0, 0, 0, 0]);
    data.extend(FONT_NAME.encode_utf16().flat_map(u16::to_le_bytes));
    data.resize(4 + 320, 0);
    data
}

impl Drawing {
    /// Renders the drawing as an Enhanced Metafile.
    #[must_use]
    pub fn to_emf(&self, fonts: &Fonts) -> Vec<u8> {
        let mut records = Records::default();
        // SETBKMODE transparent, SETTEXTALIGN to the baseline, SETTEXTCOLOR, and no outlines.
        records.add(18, &[1]);
        records.add(22, &[24]);
        records.add(24, &[colour_ref(TEXT_COLOUR)]);
        records.add(37, &[NULL_PEN]);
        for shape in &self.shapes {
            match shape {
                ChartShape::Rect { x, y, width, height, fill } => {
                    records.add_rectangle((*x, *y), (*width, *height), *fill);
                }
                ChartShape::Line { x1, y1, x2, y2, colour } => {
                    let size = ((x2 - x1).abs().max(0.6), (y2 - y1).abs().max(0.6));
                    records.add_rectangle((x1.min(*x2), y1.min(*y2)), size, *colour);
                }
                ChartShape::Text { x, y, size, bold, anchor, text } => {
                    let text = fonts.to_printable(text);
                    let style = if *bold { FontStyle::Bold } else { FontStyle::Regular };
                    let start = anchor.start_x(*x, fonts.width(style, *size, &text));
                    records.add_text((start, *y), *size, *bold, &text, fonts);
                }
            }
        }
        // EOF, without a palette.
        records.add(14, &[0, 16, 20]);
        let mut file = self.emf_header(&records);
        file.extend(records.bytes);
        file
    }

    fn emf_header(&self, records: &Records) -> Vec<u8> {
        let (right, bottom) = (units(self.width), units(self.height));
        let size = u32::try_from(records.bytes.len()).unwrap_or(u32::MAX).saturating_add(HEADER_SIZE);
        let ([device_width, device_height], [width_mm, height_mm]) = DEVICE;
        // The bounds in pixels and the frame in hundredths of a millimetre are the same numbers.
        let words = [
            1,
            HEADER_SIZE,
            0,
            0,
            right,
            bottom,
            0,
            0,
            right,
            bottom,
            0x464d_4520,
            0x1_0000,
            size,
            records.count + 1,
            2,
            0,
            0,
            0,
            device_width,
            device_height,
            width_mm,
            height_mm,
        ];
        words.iter().flat_map(|word: &u32| word.to_le_bytes()).collect()
    }
}
