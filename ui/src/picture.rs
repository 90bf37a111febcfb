//! Pictures of members: drawn on a canvas, because the content policy permits pictures from nowhere else, and made small
//! on a canvas, so that nothing goes along that the camera wrote beside the picture.

use api::picture;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

/// Files larger than this are not pictures that somebody means to show.
const LARGEST: f64 = 40.0 * 1024.0 * 1024.0;
/// Sides and qualities to try, best first, until it is small enough.
const TRIES: [(u32, f64); 6] = [(256, 0.86), (256, 0.7), (192, 0.75), (160, 0.7), (128, 0.6), (96, 0.5)];

/// Draws a profile's picture. False if it is none that can be shown.
pub(crate) async fn draw(canvas: &HtmlCanvasElement, base64: &str) -> bool {
    let Some(blob) = bytes(base64).and_then(|bytes| blob(&bytes)) else { return false };
    let Some(bitmap) = bitmap(&blob).await else { return false };
    fill(canvas, &bitmap).is_some()
}

/// A file as a small square picture in base64: its middle, and nothing but its points.
pub(crate) async fn shrink(file: &File) -> Result<String, &'static str> {
    const NONE: &str = "This file is not a picture that can be read here. PNG, JPEG and WebP can.";
    if file.size() > LARGEST {
        return Err("This picture is larger than 40 MB. Take a smaller one.");
    }
    let bitmap = bitmap(file).await.ok_or(NONE)?;
    let document = web_sys::window().and_then(|w| w.document()).ok_or(NONE)?;
    let canvas = document.create_element("canvas").ok().and_then(|c| c.dyn_into::<HtmlCanvasElement>().ok());
    let canvas = canvas.ok_or(NONE)?;
    for (side, quality) in TRIES {
        canvas.set_width(side);
        canvas.set_height(side);
        fill(&canvas, &bitmap).ok_or(NONE)?;
        let url = canvas.to_data_url_with_type_and_encoder_options("image/jpeg", &quality.into()).map_err(|_| NONE)?;
        if let Some((_, base64)) = url.split_once(";base64,")
            && picture::decoded(base64) <= picture::MOST
        {
            return Ok(base64.to_owned());
        }
    }
    Err("This picture could not be made small enough. Take another one.")
}

fn bytes(base64: &str) -> Option<Vec<u8>> {
    // One letter of this text is one byte.
    let binary = web_sys::window()?.atob(base64).ok()?;
    binary.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

fn blob(bytes: &[u8]) -> Option<Blob> {
    picture::kind(bytes)?;
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).ok()
}

async fn bitmap(blob: &Blob) -> Option<ImageBitmap> {
    let promise = web_sys::window()?.create_image_bitmap_with_blob(blob).ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// The middle of a picture, over the whole canvas.
fn fill(canvas: &HtmlCanvasElement, bitmap: &ImageBitmap) -> Option<()> {
    // Kept in ordinary memory: what WebKitGTK draws with the graphics card is gone when the window gets another size.
    let options = Object::new();
    Reflect::set(&options, &"willReadFrequently".into(), &true.into()).ok()?;
    let context = canvas.get_context_with_context_options("2d", &options).ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let side = width.min(height);
    let (x, y) = ((width - side) / 2.0, (height - side) / 2.0);
    let (w, h) = (f64::from(canvas.width()), f64::from(canvas.height()));
    // What shines through in a PNG is white in a JPEG, not black.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, w, h);
    context
        .draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            bitmap, x, y, side, side, 0.0, 0.0, w, h,
        )
        .ok()
}
