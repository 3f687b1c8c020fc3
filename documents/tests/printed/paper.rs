//! What others make of a PDF.

use std::path::Path;
use std::process::Command;

use documents::{FontFile, Fonts};

const DEJAVU: &str = "/usr/share/fonts/truetype/dejavu";

/// What a test needs: fonts to set with, and poppler to read with. Where one is missing the test does not
/// run and says so; under CI=true that is a failure.
pub fn fonts() -> Option<Fonts> {
    let font = Path::new(DEJAVU).join("DejaVuSans.ttf");
    let poppler = Command::new("pdftotext").arg("-v").output();
    let missing = match (font.is_file(), poppler) {
        (true, Ok(_)) => return Some(set_in("DejaVuSans")),
        (false, _) => "fonts-dejavu-core is not installed",
        (_, Err(_)) => "poppler-utils is not installed",
    };
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
    eprintln!("NOT RUN: {missing}");
    None
}

/// The file of a font of DejaVu.
pub fn octets(name: &str) -> Vec<u8> {
    std::fs::read(format!("{DEJAVU}/{name}.ttf")).unwrap()
}

/// A font of DejaVu, with its bold companion.
fn set_in(name: &str) -> Fonts {
    let (octets, bold) = (octets(name), Some(octets(&format!("{name}-Bold"))));
    Fonts::new([FontFile { name: name.to_owned(), octets, bold }]).unwrap()
}

/// The lines of each page, with one blank where there are several.
pub fn pages(pdf: &[u8]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = |page: &str| {
        let lines = page.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.filter(|line| !line.is_empty()).collect()
    };
    text.trim_end_matches('\x0c').split('\x0c').map(lines).collect()
}

/// Pixels in a millimetre of what is drawn: 254 dots per inch.
const PIXELS_PER_MM: usize = 10;

/// A part of a page: left, top, width and height, mm.
pub type Part = [usize; 4];

/// What the QR code in each part of each page holds; parts without one are left out. Without parts, in the
/// whole page. (A reader that sees several codes at once takes corners of different ones for one.)
pub fn codes(pdf: &[u8], parts: &[Part]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, pdf).unwrap();
    let to = folder.path().join("page");
    let dots = (PIXELS_PER_MM * 254 / 10).to_string();
    let drawn = Command::new("pdftoppm").args(["-gray", "-r", &dots]).args([&path, &to]).output();
    assert!(drawn.unwrap().status.success());
    let mut images: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "pgm"))
        .collect();
    images.sort();
    images.iter().map(|path| codes_of(&std::fs::read(path).unwrap(), parts)).collect()
}

fn codes_of(image: &[u8], parts: &[Part]) -> Vec<String> {
    let (width, height, octets) = grey(image);
    let in_pixels = |part: &Part| part.map(|mm| mm * PIXELS_PER_MM);
    let parts: Vec<_> = match parts {
        [] => vec![[0, 0, width, height]],
        parts => parts.iter().map(in_pixels).collect(),
    };
    let code_in = |[left, top, wide, high]: [usize; 4]| {
        let at = |x: usize, y: usize| octets[(top + y) * width + left + x];
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(wide, high, at);
        let grids = prepared.detect_grids();
        assert!(grids.len() <= 1, "{} codes in one part", grids.len());
        grids.first().map(|grid| grid.decode().unwrap().1)
    };
    parts.into_iter().filter_map(code_in).collect()
}

/// The size and the octets of an image as pdftoppm writes it: `P5`, width, height, 255.
fn grey(image: &[u8]) -> (usize, usize, &[u8]) {
    let mut rest = image;
    let mut word = || {
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap();
        let (word, behind) = rest.split_at(end);
        rest = &behind[1..];
        std::str::from_utf8(word).unwrap().to_owned()
    };
    assert_eq!(word(), "P5");
    let (width, height) = (word().parse().unwrap(), word().parse().unwrap());
    assert_eq!(word(), "255");
    (width, height, rest)
}
