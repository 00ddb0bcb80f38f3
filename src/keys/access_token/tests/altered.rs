//! VerifiedToken tokens, altered: in their claims, in their spelling, in a bit.
#![expect(clippy::too_many_lines, reason = "a table of cases may be long")]

use super::forged::{all_refused, genuine, sign_texts};
use super::*;

/// CVE-2026-25537: what is no number of seconds is no time, and never "no limit".
#[test]
fn times_are_whole_seconds_and_nothing_else() {
    let mut rows = Vec::new();
    for field in ["exp", "iat"] {
        for number in [
            "null",
            "true",
            "\"\"",
            "\"1800000300\"",
            "\"1800000300 \"",
            "\"never\"",
            "\"inf\"",
            "[]",
            "{}",
            "[1800000300]",
            "-1",
            "-0.0",
            "0.5",
            "1800000300.5",
            "1800000300.0",
            "1.8e9",
            "1e999",
            "1e308",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "99999999999999999999999999",
            "NaN",
            "Infinity",
            "0x6b49d200",
        ] {
            let was = format!("\"{field}\":{}", claims()[field]);
            let claims = claims()
                .to_string()
                .replace(&was, &format!("\"{field}\":{number}"));
            assert!(claims.contains(number));
            let token = sign_texts(&header().to_string(), &claims, &key(7));
            rows.push((format!("{field}: {number}"), token));
        }
    }
    all_refused(rows);
}

#[test]
fn issuer_and_audience_are_one_text_each() {
    let us = "http://localhost:3000";
    let mut rows = Vec::new();
    for field in ["iss", "aud"] {
        for value in [
            json!([us]),
            json!([us, "https://evil.example"]),
            json!(["https://evil.example"]),
            json!([]),
            json!("http://localhost:3000/"),
            json!("HTTP://LOCALHOST:3000"),
            json!("http://localhost"),
            json!("http://localhost:3000.evil.example"),
            json!(" http://localhost:3000"),
            json!(""),
            json!({ us: us }),
        ] {
            let claims = with(claims(), field, value.clone());
            rows.push((
                format!("{field}: {value}"),
                sign(&header(), &claims, &key(7).private),
            ));
        }
    }
    all_refused(rows);
}

/// Whoever checks may not read another one of two than whoever signed.
#[test]
fn nothing_is_said_twice() {
    let (header, claims) = (header().to_string(), claims().to_string());
    let again = |text: &str, field: &str| text.replacen('{', &format!("{{{field},"), 1);
    let mut rows = Vec::new();
    for field in [
        "\"sub\":\"6\"",
        "\"sub\":\"5\"",
        "\"exp\":1900000000",
        "\"iss\":\"x\"",
        "\"aud\":\"x\"",
        "\"sid\":\"x\"",
        "\"kind\":\"named\"",
        "\"s\\u0075b\":\"6\"",
    ] {
        let token = sign_texts(&header, &again(&claims, field), &key(7));
        rows.push((format!("{field} before the claims"), token));
    }
    for field in [
        "\"alg\":\"none\"",
        "\"alg\":\"EdDSA\"",
        "\"typ\":\"JWT\"",
        "\"kid\":\"x\"",
    ] {
        let token = sign_texts(&again(&header, field), &claims, &key(7));
        rows.push((format!("{field} before the header"), token));
    }
    all_refused(rows);
}

/// Other texts that a lax reader would take for the same token.
#[test]
fn a_token_has_one_spelling() {
    let good = genuine();
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("three parts");
    };
    let mut rows = vec![
        (
            "five parts, as of a JWE".to_owned(),
            format!("{good}.{claims}.{signature}"),
        ),
        (
            "five parts, most of them empty".to_owned(),
            format!("{header}...."),
        ),
        ("four parts".to_owned(), format!("{good}.")),
        ("two parts".to_owned(), format!("{header}.{claims}")),
        (
            "JSON serialisation".to_owned(),
            json!({
                "protected": header, "payload": claims, "signature": signature
            })
            .to_string(),
        ),
        (
            "the signature twice".to_owned(),
            format!("{good}{signature}"),
        ),
        ("another token's claims".to_owned(), {
            let other = sign(
                &super::header(),
                &with(super::claims(), "sub", "6".into()),
                &key(7).private,
            );
            let others = other.split('.').nth(1).expect("claims").to_owned();
            format!("{header}.{others}.{signature}")
        }),
    ];
    for extra in [
        "=", "==", "A", "AA", ".", " ", "\n", "\r\n", "\t", "\0", "%", "\u{200b}", ";", ",",
    ] {
        rows.push((format!("{extra:?} after it"), format!("{good}{extra}")));
        rows.push((format!("{extra:?} before it"), format!("{extra}{good}")));
        rows.push((
            format!("{extra:?} after the header"),
            format!("{header}{extra}.{claims}.{signature}"),
        ));
        rows.push((
            format!("{extra:?} after the claims"),
            format!("{header}.{claims}{extra}.{signature}"),
        ));
    }
    for (number, part) in parts.iter().enumerate() {
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/".chars() {
            let changed = format!("{}{last}", &part[..part.len() - 1]);
            let mut parts = parts.clone();
            parts[number] = &changed;
            let token = parts.join(".");
            if token != good {
                rows.push((format!("part {number} ending in {last}"), token));
            }
        }
    }
    all_refused(rows);
}

#[test]
fn a_changed_bit_is_refused() {
    let good = genuine().into_bytes();
    let flipped = (0..good.len() * 8).filter_map(|bit| {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let text = String::from_utf8(bytes).ok()?;
        Some((format!("bit {bit}"), text))
    });
    all_refused(flipped);
}

/// S and S + L are the same number to a lax verifier (RFC 8032, section 8.4).
#[test]
fn a_signature_has_one_form() {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let good = genuine();
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let mut changed = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    let mut carry = 0;
    for (byte, add) in changed[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    // R of small order with S = 0 proves anything under a key of small order.
    let mut neutral = vec![0; 64];
    neutral[0] = 1;
    let with_signature = |bytes: &[u8]| format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes));
    all_refused([
        ("S + L".to_owned(), with_signature(&changed)),
        ("R = 1, S = 0".to_owned(), with_signature(&neutral)),
        ("zeros".to_owned(), with_signature(&[0; 64])),
        ("63 bytes".to_owned(), with_signature(&changed[..63])),
    ]);
}
