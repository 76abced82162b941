//! Pictures from files, made small, within limits: whatever is in a file, it costs bounded memory and time.
//!
//! What is no picture is known by its first bytes, whatever its name. Of one that moves the first frame is taken.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbaImage};

use super::fit::PixelSize;
use crate::runtime::now;

/// The largest file that is read.
pub(super) const MAX_FILE: u64 = 64 * 1024 * 1024;
/// Pixels of a picture: cameras have fewer, and it takes 120 MB for a moment.
pub(super) const MAX_PIXELS: u64 = 40_000_000;
/// Of a JPEG that comes in several scans, all of which are held: 6 bytes each, and the picture besides.
pub(super) const MAX_PROGRESSIVE: u64 = 16_000_000;
/// Bytes that decoding one may hold.
const MAX_ALLOC: u64 = 128 * 1024 * 1024;
/// How long reading one file may take. A decoder that takes longer with what it has read is left alone by its caller.
pub(super) const MAX_TIME: Duration = Duration::from_secs(10);
/// Bytes by which a picture is known.
const MAGIC: usize = 16;
/// Segments before the picture itself in a JPEG.
const MAX_SEGMENTS: usize = 256;

/// How the names of pictures end, as they are shown here.
const ENDINGS: [&str; 6] = ["gif", "jpeg", "jpg", "jfif", "png", "webp"];

/// Whether a name says that the file is a picture.
pub(super) fn is_picture_name(name: &Path) -> bool {
    let ending = name.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// Where a picture lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum PictureSource {
    /// It came from somebody. It counts only in one of our folders for what comes: the history may be an imported one, and
    /// say anything.
    Received { path: PathBuf, folders: Arc<[PathBuf]> },
    /// A person here has offered it.
    Own(PathBuf),
}

impl PictureSource {
    pub(in crate::tui) fn path(&self) -> &Path {
        match self {
            Self::Received { path, .. } | Self::Own(path) => path,
        }
    }

    /// Its whole path, if it is there and may be looked at.
    pub(in crate::tui) fn found(&self) -> io::Result<PathBuf> {
        self.open()?;
        self.path().canonicalize()
    }

    fn open(&self) -> io::Result<File> {
        if let Self::Received { path, folders } = self {
            let refused = || io::Error::from(io::ErrorKind::PermissionDenied);
            let folder = path.parent().ok_or_else(refused)?.canonicalize()?;
            let is_ours = |ours: &PathBuf| ours.canonicalize().is_ok_and(|ours| folder.starts_with(ours));
            if !folders.iter().any(is_ours) {
                return Err(refused());
            }
        }
        let file = open_file(self.path(), matches!(self, Self::Received { .. }))?;
        let found = file.metadata()?;
        let is_readable = found.is_file() && found.len() <= MAX_FILE;
        if is_readable { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
    }
}

/// Opens a file without waiting for whatever else may stand there. `is_direct`: no link is followed.
#[cfg(unix)]
fn open_file(path: &Path, is_direct: bool) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;

    let direct = if is_direct { OFlags::NOFOLLOW } else { OFlags::empty() };
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | direct;
    OpenOptions::new().read(true).custom_flags(i32::try_from(flags.bits()).unwrap_or_default()).open(path)
}

#[cfg(not(unix))]
fn open_file(path: &Path, _is_direct: bool) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Probed {
    /// No picture that is known here.
    Other,
    Picture(PixelSize),
    /// One with more pixels than are decoded.
    TooLarge(PixelSize),
    /// It should be one, and cannot be decoded.
    Unshowable(Unshowable),
}

/// Why a picture cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot be shown")]
pub(in crate::tui) enum Unshowable {
    /// It would take more memory or time than one picture may.
    TooLarge,
    Damaged,
    /// Of another format than those that are decoded, or no picture at all.
    Format,
    /// It cannot be read.
    Gone,
}

impl From<ImageError> for Unshowable {
    fn from(why: ImageError) -> Self {
        match why {
            ImageError::Limits(_) => Self::TooLarge,
            ImageError::Unsupported(_) => Self::Format,
            ImageError::IoError(error) => error.into(),
            ImageError::Decoding(_) | ImageError::Encoding(_) | ImageError::Parameter(_) => Self::Damaged,
        }
    }
}

impl From<io::Error> for Unshowable {
    fn from(why: io::Error) -> Self {
        match why.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Self::Damaged,
            io::ErrorKind::TimedOut => Self::TooLarge,
            _ => Self::Gone,
        }
    }
}

/// A file that is not read for longer than until then.
struct TimedFile {
    file: File,
    until: Instant,
}

impl Read for TimedFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if now().mono >= self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.file.read(bytes)
    }
}

impl Seek for TimedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Looks at the first bytes of a file.
pub(super) fn probe(source: &PictureSource) -> Probed {
    let (size, is_progressive) = match opened(source) {
        Ok((_, size, is_progressive)) => (size, is_progressive),
        // A file of any other kind is none, and nothing has to be said of it.
        Err(Unshowable::Format) if !is_picture_name(source.path()) => return Probed::Other,
        Err(Unshowable::Gone) => return Probed::Other,
        Err(why) => return Probed::Unshowable(why),
    };
    let most = if is_progressive { MAX_PROGRESSIVE } else { MAX_PIXELS };
    if size.area() > most { Probed::TooLarge(size) } else { Probed::Picture(size) }
}

/// The picture in a file, in so many pixels, on that ground where one can see through it.
pub(super) fn small(source: &PictureSource, to: PixelSize, ground: [u8; 3]) -> Result<RgbaImage, Unshowable> {
    let (mut decoder, size, is_progressive) = opened(source)?;
    let most = if is_progressive { MAX_PROGRESSIVE } else { MAX_PIXELS };
    if size.area() > most || size.area() == 0 || decoder.total_bytes() > MAX_ALLOC {
        return Err(Unshowable::TooLarge);
    }
    let turn = orientation(&mut decoder);
    let to = if is_turned(turn) { to.turned() } else { to };
    let whole = DynamicImage::from_decoder(decoder)?;
    let mut small = whole.thumbnail_exact(to.width.max(1), to.height.max(1));
    drop(whole);
    small.apply_orientation(turn);
    let mut small = small.into_rgba8();
    for pixel in small.pixels_mut() {
        pixel.0 = over(pixel.0, ground);
    }
    Ok(small)
}

/// A file whose head is read: its decoder, how large the picture is as it is seen, and whether it is a JPEG in scans.
fn opened(source: &PictureSource) -> Result<(impl ImageDecoder, PixelSize, bool), Unshowable> {
    let until = now().mono + MAX_TIME;
    let mut file = BufReader::new(TimedFile { file: source.open()?, until });
    let mut magic = Vec::with_capacity(MAGIC);
    file.by_ref().take(u64::try_from(MAGIC).unwrap_or_default()).read_to_end(&mut magic)?;
    let format = image::guess_format(&magic).map_err(|_unknown| Unshowable::Format)?;
    let is_progressive = format == ImageFormat::Jpeg && is_progressive(&mut file)?;
    file.rewind()?;
    let known = [ImageFormat::Gif, ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
    if !known.contains(&format) {
        return Err(Unshowable::Format);
    }
    let mut reader = ImageReader::with_format(file, format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    let size = PixelSize::new(width, height);
    let size = if is_turned(orientation(&mut decoder)) { size.turned() } else { size };
    Ok((decoder, size, is_progressive))
}

fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

/// Whether width and height change places (Exif 2.3, Orientation 5…8).
const fn is_turned(turn: Orientation) -> bool {
    matches!(
        turn,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// Whether the frame of a JPEG comes in several scans (SOF2 and the like, ITU T.81, table B.1).
fn is_progressive(file: &mut (impl BufRead + Seek)) -> io::Result<bool> {
    file.seek(SeekFrom::Start(2))?;
    for _ in 0..MAX_SEGMENTS {
        let mut head = [0; 4];
        file.read_exact(&mut head)?;
        let [0xff, marker, high, low] = head else { return Ok(false) };
        match marker {
            // Frames, but for tables that have numbers among theirs.
            0xc4 | 0xc8 | 0xcc => {}
            0xc0 | 0xc1 | 0xda => return Ok(false),
            0xc2..=0xcf => return Ok(true),
            _ => {}
        }
        let length = u16::from_be_bytes([high, low]).saturating_sub(2);
        file.seek(SeekFrom::Current(i64::from(length)))?;
    }
    Ok(true)
}

fn over([red, green, blue, alpha]: [u8; 4], ground: [u8; 3]) -> [u8; 4] {
    let mixed = |part: u8, ground: u8| {
        let (part, ground, alpha) = (u32::from(part), u32::from(ground), u32::from(alpha));
        u8::try_from((part * alpha + ground * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    [mixed(red, ground[0]), mixed(green, ground[1]), mixed(blue, ground[2]), u8::MAX]
}
