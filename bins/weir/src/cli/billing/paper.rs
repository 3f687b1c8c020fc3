//! Documents as PDF: the fonts that they are set in, the files that they are written to.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use documents::{DocumentError, FontFile, Fonts};

use super::super::print;

/// Where a document goes, and what it is set in.
#[derive(Debug, Args)]
pub(in super::super) struct PaperArgs {
    /// The PDF to write; `-` is standard output [default: named after the document].
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A font to set it in, before those of this machine. Repeat it for more scripts.
    #[arg(long, value_name = "FILE")]
    font: Vec<PathBuf>,
}

/// Where DejaVu Sans lies: Debian, Fedora, Arch, openSUSE.
const USUAL: [&str; 4] = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/DejaVuSans.ttf",
];

/// Where the fonts of Noto lie, one for each script.
const NOTO: [&str; 4] = [
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/google-noto",
    "/usr/share/fonts/noto",
    "/usr/share/fonts/truetype",
];
const NOTO_CJK: [&str; 3] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
];

/// Sets a document and writes it.
pub(in super::super) fn write(
    paper: &PaperArgs,
    name: &str,
    set: impl Fn(&Fonts) -> Result<Vec<u8>, DocumentError>,
) -> anyhow::Result<()> {
    let octets = set_in(&paper.font, set)?;
    // The pattern of a number may have slashes.
    let usual = || PathBuf::from(format!("{}.pdf", name.replace(['/', '\\'], "-")));
    let path = paper.output.clone().unwrap_or_else(usual);
    if path == Path::new("-") {
        let mut output = std::io::stdout().lock();
        output.write_all(&octets)?;
        return Ok(output.flush()?);
    }
    let shown = path.display();
    std::fs::write(&path, &octets).with_context(|| format!("cannot write {shown}"))?;
    print::line(&format!("{name} is in {shown}"))
}

/// Sets a document in the fonts that are named and those of this machine. Where a script has none, the one
/// that this machine has for it is taken as well.
fn set_in(
    named: &[PathBuf],
    set: impl Fn(&Fonts) -> Result<Vec<u8>, DocumentError>,
) -> anyhow::Result<Vec<u8>> {
    let usual = USUAL.iter().map(PathBuf::from).find(|path| path.is_file());
    let mut paths: Vec<PathBuf> = named.iter().cloned().chain(usual).collect();
    if paths.is_empty() {
        bail!(
            "there is no font to set a document in; install Debian's fonts-dejavu-core, or name the \
             file of one with --font"
        );
    }
    loop {
        let files = paths.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
        match set(&Fonts::new(files)?) {
            Ok(octets) => return Ok(octets),
            Err(DocumentError::NoGlyph { character, script, text }) => {
                let more = of_script(script).filter(|path| !paths.contains(path));
                match more {
                    Some(path) => paths.push(path),
                    None => {
                        let package =
                            if is_cjk(script) { "fonts-noto-cjk" } else { "fonts-noto-core" };
                        let refused = DocumentError::NoGlyph { character, script, text };
                        return Err(anyhow::Error::new(refused)
                            .context(format!("on Debian, {package} has many scripts")));
                    }
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn is_cjk(script: &str) -> bool {
    matches!(script, "Han" | "Hiragana" | "Katakana" | "Hangul" | "Bopomofo")
}

/// The font of this machine for a script, by its name in Unicode.
fn of_script(script: &str) -> Option<PathBuf> {
    let mut paths: Vec<PathBuf> = if is_cjk(script) {
        NOTO_CJK.iter().map(PathBuf::from).collect()
    } else {
        let file = format!("NotoSans{}-Regular.ttf", script.replace(['_', ' '], ""));
        NOTO.iter().map(|folder| Path::new(folder).join(&file)).collect()
    };
    paths.retain(|path| path.is_file());
    paths.into_iter().next()
}

/// A font, with its bold companion where one lies beside it.
fn read(path: &Path) -> anyhow::Result<FontFile> {
    let shown = path.display().to_string();
    let octets = std::fs::read(path).with_context(|| format!("cannot read the font {shown}"))?;
    Ok(FontFile { name: shown, octets, bold: bold(path).and_then(|path| std::fs::read(path).ok()) })
}

fn bold(path: &Path) -> Option<PathBuf> {
    let (stem, extension) = (path.file_stem()?.to_str()?, path.extension()?.to_str()?);
    let family = stem.strip_suffix("-Regular").unwrap_or(stem);
    Some(path.with_file_name(format!("{family}-Bold.{extension}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bold_companion_lies_beside_its_font() {
        let of = |path: &str| bold(Path::new(path)).unwrap();
        assert_eq!(of("/f/DejaVuSans.ttf"), Path::new("/f/DejaVuSans-Bold.ttf"));
        assert_eq!(of("/f/Inter-Regular.otf"), Path::new("/f/Inter-Bold.otf"));
        assert_eq!(bold(Path::new("/f/font")), None);
    }
}
