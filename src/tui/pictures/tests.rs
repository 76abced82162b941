//! What comes of files of all kinds, and what a terminal is sent.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::BASE64;
use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, RgbaImage};
use ratatui::layout::Size;
use ratatui::style::Color;
use tempfile::TempDir;

use super::decode::{self, MAX_FILE, PictureSource, Probed, Unshowable};
use super::encode::{BlockCell, DrawnPicture};
use super::fit::{PixelSize, fit};
use super::gallery::{Gallery, GalleryStyle, PictureBox, PictureView};
use super::graphics::{GraphicsProtocol, PictureStyle};
use super::worker::{PictureJob, PictureResult, PictureWork, PictureWorker};
use super::{encode, sixel};
use crate::model::{MessageId, TransferId};

const RED: [u8; 3] = [200, 30, 30];
const BLUE: [u8; 3] = [30, 30, 200];

/// Red above, blue below.
fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, y| Rgb(if y < height / 2 { RED } else { BLUE }))
}

fn bytes(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("into memory");
    bytes.into_inner()
}

/// A folder for what comes.
struct Downloads(TempDir);

impl Downloads {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("downloads")
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PictureSource {
        fs::create_dir_all(self.path()).expect("a folder");
        let path = self.path().join(name);
        fs::write(&path, bytes).expect("a file");
        self.source(&path)
    }

    fn source(&self, path: &Path) -> PictureSource {
        PictureSource::Received { path: path.to_owned(), folders: Arc::new([self.path()]) }
    }
}

fn probed(bytes: &[u8]) -> Probed {
    decode::probe(&Downloads::new().put("x", bytes))
}

fn small(bytes: &[u8], to: PixelSize) -> Result<RgbaImage, Unshowable> {
    decode::small(&Downloads::new().put("x", bytes), to, [0; 3])
}

fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), content].concat();
    let crc = checked.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    let length = u32::try_from(content.len()).expect("short").to_be_bytes();
    [length.as_slice(), &checked, &(!crc).to_be_bytes()].concat()
}

/// The head of a PNG of that size, and of so many bits a part.
fn png_head(width: u32, height: u32, bits: u8) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(*b"IHDR", &head), &chunk(*b"IDAT", &[]), &chunk(*b"IEND", &[])]
        .concat()
}

#[test]
fn each_kind_that_people_send_is_known_by_its_bytes_and_shown() {
    let picture = flag(64, 32);
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let bytes = bytes(&picture, format);
        assert_eq!(probed(&bytes), Probed::Picture(PixelSize::new(64, 32)), "{format:?}");
        let small = small(&bytes, PixelSize::new(16, 8)).expect("a picture");
        let is_near = |pixel: [u8; 4], wanted: [u8; 3]| {
            pixel.iter().zip(wanted).all(|(part, wanted)| part.abs_diff(wanted) < 24)
        };
        assert_eq!(small.dimensions(), (16, 8));
        assert!(
            is_near(small.get_pixel(3, 1).0, RED) && is_near(small.get_pixel(3, 6).0, BLUE),
            "{format:?}"
        );
    }
}

#[test]
fn what_is_no_picture_is_none_whatever_it_is_called() {
    for other in
        [&b""[..], b"GIF", b"#!/bin/sh\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"BM6\0\0\0\0\0\0"]
    {
        assert_eq!(probed(other), Probed::Other, "{other:?}");
    }
    // Known to the library, but not what people send each other.
    let farbfeld = [b"farbfeld".as_slice(), &[0, 0, 0, 1, 0, 0, 0, 1], &[0; 8]].concat();
    assert_eq!(probed(&farbfeld), Probed::Other);
}

#[test]
fn through_tmux_each_part_of_a_picture_is_handed_on_by_itself() {
    let cells = PixelSize::new(10, 20);
    let alone = style(GraphicsProtocol::Kitty, cells);
    let within = PictureStyle { is_handed_on: true, ..alone };
    let part = |part: u32| u8::try_from(part * 57 % 251).expect("a byte");
    let noise = RgbImage::from_fn(400, 240, |x, y| Rgb([x, y, x * y].map(part)));
    let [DrawnPicture::Encoded(alone), DrawnPicture::Encoded(within)] =
        [alone, within].map(|style| drawn(&noise, style))
    else {
        panic!("encoded")
    };
    let text = |picture: &encode::EncodedPicture| String::from_utf8(picture.bytes.clone()).unwrap();
    let (parts, handed_on) = (text(&alone), text(&within));
    assert!(parts.matches("\x1b_G").count() > 3);
    let unwrapped: String = handed_on
        .split("\x1bPtmux;")
        .skip(1)
        .map(|part| part.strip_suffix("\x1b\\").expect("closed").replace("\x1b\x1b", "\x1b"))
        .collect();
    assert_eq!(unwrapped, parts);
    assert_eq!(handed_on.matches("\x1bPtmux;").count(), parts.matches("\x1b_G").count());
}

#[test]
fn a_picture_that_says_it_is_huge_costs_nothing() {
    let huge = PixelSize::new(100_000, 100_000);
    let bomb = png_head(huge.width, huge.height, 8);
    assert_eq!(probed(&bomb), Probed::TooLarge(huge));
    assert_eq!(small(&bomb, PixelSize::new(40, 24)), Err(Unshowable::TooLarge));
    // Pixels that are allowed, of so many bytes that they are not.
    let deep = png_head(6_000, 6_000, 16);
    assert_eq!(probed(&deep), Probed::Picture(PixelSize::new(6_000, 6_000)));
    let counted = allocation_counter::measure(|| {
        assert_eq!(small(&deep, PixelSize::new(40, 24)), Err(Unshowable::TooLarge));
    });
    assert!(counted.bytes_max < 8 * 1024 * 1024, "{} bytes", counted.bytes_max);
}

#[test]
fn what_is_cut_off_anywhere_is_no_picture_or_cannot_be_shown() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Jpeg] {
        let whole = bytes(&flag(64, 32), format);
        for length in (0..whole.len()).step_by(7) {
            let cut = &whole[..length];
            let _whatever = (probed(cut), small(cut, PixelSize::new(16, 8)));
        }
        let cut = &whole[..whole.len() / 4];
        let shown = small(cut, PixelSize::new(16, 8));
        // What there is of a JPEG is shown, with the rest in grey.
        assert!(shown.is_err() || format == ImageFormat::Jpeg, "{format:?}");
    }
}

#[test]
fn of_one_that_moves_the_first_frame_is_shown() {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    let whole = |colour: [u8; 3]| {
        Frame::new(RgbaImage::from_fn(8, 8, |_, _| image::Rgba([colour[0], colour[1], colour[2], 255])))
    };
    encoder.encode_frames([RED].into_iter().chain([BLUE; 300]).map(whole)).expect("into memory");
    drop(encoder);
    let shown = small(&bytes, PixelSize::new(8, 8)).expect("a picture");
    let [red, _, blue, _] = shown.get_pixel(4, 4).0;
    assert!(red > 150 && blue < 80, "{red} {blue}");
}

#[test]
fn a_photograph_stands_upright() {
    // Exif in big endian: one entry, Orientation, turned by a quarter.
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    let mut plain = Vec::new();
    JpegEncoder::new(&mut plain).encode_image(&flag(64, 32)).expect("into memory");
    let segment = [&[0xff, 0xe1][..], &length, exif].concat();
    let turned = [&plain[..2], &segment, &plain[2..]].concat();
    assert_eq!(probed(&turned), Probed::Picture(PixelSize::new(32, 64)));
    let small = small(&turned, PixelSize::new(8, 16)).expect("a picture");
    assert_eq!(small.dimensions(), (8, 16));
    assert!(small.get_pixel(6, 8).0[0] > 150 && small.get_pixel(1, 8).0[2] > 150, "what was above is right");
}

#[test]
fn a_progressive_photograph_may_have_fewer_pixels() {
    let head = |marker: u8| {
        let frame = [0xff, marker, 0, 17, 8, 0x13, 0x88, 0x13, 0x88, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
        [&[0xff, 0xd8][..], &frame, &[0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0x3f, 0], &[0; 32]].concat()
    };
    let size = PixelSize::new(5_000, 5_000);
    assert_eq!(probed(&head(0xc0)), Probed::Picture(size));
    assert_eq!(probed(&head(0xc2)), Probed::TooLarge(size));
}

#[test]
fn only_what_lies_where_it_came_is_looked_at() {
    let downloads = Downloads::new();
    let inside = downloads.put("in.png", &bytes(&flag(4, 4), ImageFormat::Png));
    assert_eq!(decode::probe(&inside), Probed::Picture(PixelSize::new(4, 4)));
    let outside = downloads.0.path().join("out.png");
    fs::copy(inside.path(), &outside).expect("copied");
    assert_eq!(decode::probe(&downloads.source(&outside)), Probed::Other, "the history says anything");
    assert_eq!(decode::probe(&downloads.source(&downloads.path().join("../out.png"))), Probed::Other);
    assert_eq!(decode::probe(&downloads.source(Path::new(""))), Probed::Other);
    assert!(matches!(decode::probe(&PictureSource::Own(outside.clone())), Probed::Picture(_)));
    #[cfg(unix)]
    {
        let link = downloads.path().join("link.png");
        std::os::unix::fs::symlink(&outside, &link).expect("a link");
        assert_eq!(decode::probe(&downloads.source(&link)), Probed::Other, "no link leads out");
        assert_eq!(decode::probe(&PictureSource::Own(PathBuf::from("/dev/zero"))), Probed::Other);
    }
    let long = fs::File::options().append(true).open(&outside).expect("open");
    long.set_len(MAX_FILE + 1).expect("a hole");
    assert_eq!(decode::probe(&PictureSource::Own(outside)), Probed::Other, "too long to be read");
}

fn style(protocol: GraphicsProtocol, cell: PixelSize) -> PictureStyle {
    PictureStyle { protocol, cell, is_indexed: false, ground: [0; 3], is_handed_on: false }
}

fn drawn(picture: &RgbImage, style: PictureStyle) -> DrawnPicture {
    let size = PixelSize::new(picture.width(), picture.height());
    let fit = fit(size, Size::new(40, 12), style.cell);
    let small = DynamicImage::from(picture.clone()).into_rgba8();
    encode::drawn(&small, fit, style, 7).expect("drawn")
}

#[test]
fn half_blocks_have_two_colours_and_the_last_may_have_one() {
    let blocks = style(GraphicsProtocol::Blocks, PixelSize::new(1, 2));
    let colour = |[red, green, blue]: [u8; 3]| Some(Color::Rgb(red, green, blue));
    let DrawnPicture::Blocks(cells) = drawn(&flag(1, 3), blocks) else { panic!("no blocks") };
    let [first, last] = &*cells else { panic!("{cells:?}") };
    assert_eq!(*first, BlockCell { upper: colour(RED), lower: colour(BLUE) });
    assert_eq!(*last, BlockCell { upper: colour(BLUE), lower: None });
    let DrawnPicture::Blocks(cells) = drawn(&flag(1, 2), PictureStyle { is_indexed: true, ..blocks }) else {
        panic!("no blocks")
    };
    let [BlockCell { upper: Some(Color::Indexed(160)), lower: Some(Color::Indexed(20)) }] = *cells else {
        panic!("{cells:?}")
    };
}

#[test]
fn kitty_gets_a_png_in_parts_by_number_and_says_nothing_back() {
    let noise = RgbImage::from_fn(90, 60, |x, y| {
        Rgb([x, y, x ^ y].map(|part| part.to_le_bytes()[0].wrapping_mul(97)))
    });
    let DrawnPicture::Encoded(encoded) =
        drawn(&noise, style(GraphicsProtocol::Kitty, PixelSize::new(10, 20)))
    else {
        panic!("not encoded")
    };
    assert!(encoded.is_kept && encoded.number == 7 && encoded.cells == Size::new(9, 3));
    let text = String::from_utf8(encoded.bytes.clone()).expect("text");
    let parts: Vec<&str> = text.split_terminator("\x1b\\").collect();
    assert!(parts.len() > 1, "{} bytes", text.len());
    let mut whole = String::new();
    for (at, part) in parts.iter().enumerate() {
        let (head, data) = part.strip_prefix("\x1b_G").expect("a command").split_once(';').expect("data");
        let more = u8::from(at + 1 < parts.len());
        let first = format!("q=2,a=T,U=1,f=100,t=d,i=7,c=9,r=3,m={more}");
        assert_eq!(head, if at == 0 { first } else { format!("q=2,m={more}") });
        assert!(data.len() <= 4096);
        whole.push_str(data);
    }
    let png = BASE64.decode(whole.as_bytes()).expect("base64");
    assert_eq!(image::load_from_memory(&png).expect("a PNG").into_rgb8(), noise);
}

#[test]
fn iterm2_gets_a_file_that_is_as_large_as_its_cells() {
    let iterm2 = style(GraphicsProtocol::ITerm2, PixelSize::new(10, 20));
    let DrawnPicture::Encoded(encoded) = drawn(&flag(100, 40), iterm2) else { panic!("not encoded") };
    let text = String::from_utf8(encoded.bytes.clone()).expect("text");
    let inner = text.strip_prefix("\x1b]1337;File=inline=1;size=").and_then(|text| text.strip_suffix('\x07'));
    let (head, data) = inner.expect("a file").split_once(':').expect("data");
    let png = BASE64.decode(data.as_bytes()).expect("base64");
    assert_eq!(head, format!("{};width=10;height=2;preserveAspectRatio=1;doNotMoveCursor=1", png.len()));
    assert_eq!(image::load_from_memory(&png).expect("a PNG").into_rgb8(), flag(100, 40));
    assert!(!encoded.is_kept);
}

/// Reads sixels as a terminal does.
fn read_sixels(text: &str) -> RgbImage {
    let inner =
        text.strip_prefix("\x1bP0;1;0q\"1;1;").and_then(|text| text.strip_suffix("\x1b\\")).expect("sixels");
    let (size, mut rest) = inner.split_at(inner.find('#').expect("a palette"));
    let (width, height) = size.split_once(';').expect("a size");
    let mut picture = RgbImage::new(width.parse().expect("a width"), height.parse().expect("a height"));
    let mut palette = vec![[0; 3]; 256];
    let (mut x, mut y, mut colour, mut times) = (0, 0, 0, 1);
    while let Some(sign) = rest.chars().next() {
        rest = rest.get(sign.len_utf8()..).expect("a character");
        let digits = |rest: &str| rest.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(rest.len());
        match sign {
            '#' | '!' => {
                let (numbers, behind) = rest.split_at(digits(rest));
                rest = behind;
                let numbers: Vec<u32> =
                    numbers.split(';').map(|number| number.parse().expect("a number")).collect();
                match (sign, &*numbers) {
                    ('!', [count]) => times = *count,
                    (_, [register]) => colour = *register,
                    (_, [register, 2, rgb @ ..]) => {
                        let part = |at: usize| u8::try_from(rgb[at] * 255 / 100).expect("a part");
                        palette[usize::try_from(*register).expect("small")] = [part(0), part(1), part(2)];
                    }
                    other => panic!("{other:?}"),
                }
            }
            '$' => x = 0,
            '-' => (x, y) = (0, y + 6),
            bits => {
                let bits = u32::from(bits) - u32::from('?');
                for _ in 0..std::mem::replace(&mut times, 1) {
                    for row in (0..6).filter(|row| bits & 1 << row != 0) {
                        picture.put_pixel(x, y + row, Rgb(palette[usize::try_from(colour).expect("small")]));
                    }
                    x += 1;
                }
            }
        }
    }
    picture
}

#[test]
fn sixels_come_out_as_the_picture_that_went_in() {
    let picture = flag(23, 17);
    let sixels = sixel::encoded(&DynamicImage::from(picture.clone()).into_rgba8());
    let read = read_sixels(&String::from_utf8(sixels).expect("text"));
    assert_eq!(read.dimensions(), (23, 17));
    let off = read.pixels().zip(picture.pixels()).flat_map(|(one, other)| {
        one.0.into_iter().zip(other.0).map(|(one, other)| one.abs_diff(other)).collect::<Vec<_>>()
    });
    assert!(off.max() < Some(8), "the same colours, but for rounding");
}

const fn id(message: u64) -> TransferId {
    TransferId { message: MessageId(message), file: 0 }
}

fn gallery() -> Gallery {
    let mut gallery = Gallery::default();
    gallery.set_style(GalleryStyle::Drawn(style(GraphicsProtocol::Sixel, PixelSize::new(10, 20))));
    gallery.set_room(80, 40);
    gallery
}

#[test]
fn only_what_is_visible_is_read_and_what_was_seen_long_ago_goes() {
    let downloads = Downloads::new();
    let noise = RgbImage::from_fn(400, 240, |x, y| {
        let mixed = (x * 7 + 13).wrapping_mul(y * 11 + 29).wrapping_mul(2_654_435_761).to_be_bytes();
        Rgb([mixed[0], mixed[1], mixed[2]])
    });
    let source = downloads.put("noise.png", &bytes(&noise, ImageFormat::Png));
    let mut gallery = gallery();
    assert_eq!(gallery.next_job(), None);
    let mut most = 0;
    for message in 0..120 {
        gallery.want([(id(message), source.clone())]);
        while let Some(job) = gallery.next_job() {
            assert_eq!(job.id, id(message));
            // The same picture is not decoded a hundred times.
            let done = match job.work {
                PictureWork::Draw(order) if message > 0 => {
                    let bytes = vec![0; 400_000];
                    let picture = encode::EncodedPicture {
                        number: order.number,
                        cells: order.fit.cells,
                        bytes,
                        is_kept: false,
                        is_handed_on: false,
                    };
                    let result = PictureResult::Drawn(order, Ok(DrawnPicture::Encoded(Arc::new(picture))));
                    super::PictureDone { id: job.id, result }
                }
                PictureWork::Draw(_) | PictureWork::Probe => job.run(),
            };
            gallery.take(done);
        }
        most = most.max(gallery.weight());
    }
    assert!(most > 10_000_000 && most < 18_000_000, "{most} bytes");
    let within = gallery.picture_box(id(119)).expect("a picture");
    assert_eq!(within, PictureBox { columns: 40, rows: 12, width: 400, height: 240 });
    assert!(matches!(gallery.view(id(119), within), PictureView::Drawn(_)));
    assert!(matches!(gallery.view(id(0), within), PictureView::Pending), "seen long ago");
    assert_eq!(gallery.picture_box(id(0)), Some(within), "but it keeps its place");
}

#[test]
fn another_size_is_drawn_anew() {
    let downloads = Downloads::new();
    let source = downloads.put("x.png", &bytes(&flag(800, 400), ImageFormat::Png));
    let mut gallery = gallery();
    gallery.want([(id(1), source)]);
    let run = |gallery: &mut Gallery| {
        let jobs = std::iter::from_fn(|| {
            let job = gallery.next_job()?;
            gallery.take(job.run());
            Some(())
        });
        jobs.count()
    };
    assert_eq!(run(&mut gallery), 2);
    assert_eq!(run(&mut gallery), 0);
    gallery.set_room(30, 40);
    let within = gallery.picture_box(id(1)).expect("a picture");
    assert_eq!((within.columns, within.rows), (29, 8));
    assert!(matches!(gallery.view(id(1), within), PictureView::Pending), "the old one does not fit");
    assert_eq!(run(&mut gallery), 1);
    gallery.set_room(0, 0);
    assert_eq!(gallery.picture_box(id(1)), None);
}

#[tokio::test]
async fn the_thread_begins_with_the_first_picture_and_answers() {
    let downloads = Downloads::new();
    let source = downloads.put("x.png", &bytes(&flag(8, 8), ImageFormat::Png));
    let mut worker = PictureWorker::default();
    for message in 0..3 {
        assert!(worker.is_idle());
        worker.begin(PictureJob { id: id(message), source: source.clone(), work: PictureWork::Probe });
        assert!(!worker.is_idle());
        let done = worker.done().await;
        assert_eq!(done.id, id(message));
        assert!(matches!(done.result, PictureResult::Probed(Probed::Picture(_))));
    }
}
