// SPDX-License-Identifier: MIT
//! httparse behind a C function; httparse.cpp declares the same.

use std::mem::MaybeUninit;
use std::os::raw::c_char;

#[repr(C)]
pub struct Answer {
    outcome: u8, // accepted, need_more, refused
    minor: u8,
    code: u16,
    reason: *const u8,
    reason_size: usize,
    error: *const c_char,
}

fn name(error: httparse::Error) -> &'static [u8] {
    use httparse::Error::*;
    match error {
        HeaderName => b"HeaderName\0",
        HeaderValue => b"HeaderValue\0",
        NewLine => b"NewLine\0",
        Status => b"Status\0",
        Token => b"Token\0",
        TooManyHeaders => b"TooManyHeaders\0",
        Version => b"Version\0",
    }
}

/// httparse lets its user read the parts that it got through even if it then wants more bytes or
/// fails: once there is a reason, the line was taken. With no room for headers it stops after the
/// first one.
///
/// # Safety
/// `data` and `size` describe readable bytes.
#[no_mangle]
pub unsafe extern "C" fn statusline_httparse(data: *const u8, size: usize) -> Answer {
    let bytes: &[u8] = if size == 0 { &[] } else { std::slice::from_raw_parts(data, size) };
    let mut no_headers: [MaybeUninit<httparse::Header>; 0] = [];
    let mut response = httparse::Response::new(&mut []);
    let result = httparse::ParserConfig::default().parse_response_with_uninit_headers(
        &mut response,
        bytes,
        &mut no_headers,
    );
    let mut answer = Answer {
        outcome: 1,
        minor: 0,
        code: 0,
        reason: std::ptr::null(),
        reason_size: 0,
        error: b"\0".as_ptr() as *const c_char,
    };
    if let Some(reason) = response.reason {
        answer.outcome = 0;
        answer.minor = response.version.unwrap_or(0);
        answer.code = response.code.unwrap_or(0);
        answer.reason = reason.as_ptr();
        answer.reason_size = reason.len();
    } else if let Err(error) = result {
        answer.outcome = 2;
        answer.error = name(error).as_ptr() as *const c_char;
    }
    answer
}
