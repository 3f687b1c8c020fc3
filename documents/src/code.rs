//! QR codes.

use fast_qr::{ECL, QRBuilder};

use crate::DocumentError;

/// The light modules around a code without which it is not read.
pub(crate) const QUIET_MODULES: usize = 4;

/// A QR code: rows of modules, of which some are dark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    /// How many modules a row has.
    pub(crate) width: usize,
    /// From the upper left corner, row by row.
    pub(crate) dark: Vec<bool>,
}

impl Code {
    /// A code that holds this text. A quarter of it may be damaged: cards are folded and soiled.
    pub(crate) fn of(text: &str) -> Result<Self, DocumentError> {
        let level = if text.len() <= 100 { ECL::Q } else { ECL::M };
        let code = QRBuilder::new(text).ecl(level).build();
        let code = code.map_err(|_| DocumentError::CodeTooLong { text: text.to_owned() })?;
        let rows = (0..code.size).map(|row| &code[row]);
        let dark = rows.flat_map(|row| row.iter().map(|module| module.value())).collect();
        Ok(Self { width: code.size, dark })
    }

    /// Runs of dark modules that stand side by side: row, first and how many.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        let rows = self.dark.chunks(self.width).enumerate();
        rows.flat_map(|(row, modules)| {
            let mut first = 0;
            let runs = modules.chunk_by(|one, next| one == next).filter_map(move |run| {
                let begins = first;
                first += run.len();
                run.first().copied().unwrap_or(false).then_some((row, begins, run.len()))
            });
            runs.collect::<Vec<_>>()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader of another's making reads.
    fn read(code: &Code) -> String {
        let scale = 4;
        let size = (code.width + 2 * QUIET_MODULES) * scale;
        let mut image = vec![255_u8; size * size];
        for (row, first, count) in code.runs() {
            for y in 0..scale {
                for x in 0..count * scale {
                    let (y, x) =
                        ((row + QUIET_MODULES) * scale + y, (first + QUIET_MODULES) * scale + x);
                    image[y * size + x] = 0;
                }
            }
        }
        let mut prepared =
            rqrr::PreparedImage::prepare_from_greyscale(size, size, |x, y| image[y * size + x]);
        let grids = prepared.detect_grids();
        grids.first().unwrap().decode().unwrap().1
    }

    #[test]
    fn another_reader_reads_what_it_holds() {
        let long = format!("https://login.example.net/hotspot/login?{}", "x".repeat(300));
        for text in
            ["K7MP-2QXR-9VHT-C", "http://10.0.0.1/login?username=CAFEK7MP2QXR&password=CAFE", &long]
        {
            assert_eq!(read(&Code::of(text).unwrap()), text);
        }
    }

    #[test]
    fn what_no_code_can_hold_is_refused() {
        let text = "x".repeat(3000);
        assert_eq!(Code::of(&text), Err(DocumentError::CodeTooLong { text }));
    }
}
