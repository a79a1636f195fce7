// SPDX-License-Identifier: MIT

//! Parses an HTTP/1.x status line from Rust, by way of the C library, which is linked statically:
//!
//!     $ rustc -L /usr/local/lib statusline.rs
//!     $ printf 'HTTP/1.1 404 Not Found\r\n' | ./statusline
//!     1.1 404 "Not Found"
//!
//! The structs are those of <statusline/statusline.h>, which documents their members.

use std::ffi::CStr;
use std::io::Read;
use std::os::raw::{c_char, c_int};

#[repr(C)]
struct Policy { max_size: usize, allowed: u32 }

#[repr(C)]
struct Line { reason: *const c_char, reason_size: usize, quirks: u32, code: u16, major: u8, minor: u8 }

#[repr(C)]
struct Parsed { line: Line, end: usize, refused: u32, error: c_int }

#[link(name = "statusline", kind = "static")]
extern "C" {
    fn sl_parse_complete(bytes: *const c_char, size: usize, policy: Policy) -> Parsed;
    fn sl_strerror(error: c_int) -> *const c_char;
}

const INTEROP: u32 = 1 << 0 | 1 << 1; // SL_MISSING_REASON, SL_BARE_LF

/// The version, the code and the reason, which is a part of `bytes`.
fn parse(bytes: &[u8], allowed: u32) -> Result<(u8, u8, u16, &[u8]), String> {
    let policy = Policy { max_size: 8192, allowed };
    let r = unsafe { sl_parse_complete(bytes.as_ptr().cast(), bytes.len(), policy) };
    if r.error != 0 {
        let text = unsafe { CStr::from_ptr(sl_strerror(r.error)) };
        return Err(format!("byte {}: {}", r.end, text.to_string_lossy()));
    }
    let begin = r.line.reason as usize - bytes.as_ptr() as usize;
    Ok((r.line.major, r.line.minor, r.line.code, &bytes[begin..begin + r.line.reason_size]))
}

fn main() {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).expect("standard input");
    match parse(&bytes, INTEROP) {
        Ok((major, minor, code, reason)) => println!("{major}.{minor} {code} {:?}", String::from_utf8_lossy(reason)),
        Err(why) => { println!("{why}"); std::process::exit(1) }
    }
}
