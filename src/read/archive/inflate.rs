//! One entry's bytes, counted and checked against what the directory says.

use super::directory::Record;
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// Code and reason.
pub type Fault = (&'static str, String);

/// The content of one entry. The buffer has the declared size and one byte more, so an entry that goes on is
/// seen and never cut in silence.
pub fn inflate(record: &Record, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let stored =
        bytes.get(record.data.clone()).ok_or(("ZIP_TRUNCATED", "it lies outside the file".into()))?;
    let content = match record.method {
        0 => stored.to_vec(),
        8 => inflated(stored, record.size)?,
        other => return Err(("ZIP_METHOD", format!("it is packed by method {other}"))),
    };
    if content.len() != record.size {
        let why = format!("it declares {} bytes and holds {}", record.size, content.len());
        return Err(("ZIP_SIZE_MISMATCH", why));
    }
    let mut crc = Crc::new();
    crc.update(&content);
    if crc.sum() != record.crc {
        return Err((
            "ZIP_CRC",
            format!("its checksum is {:08x}, declared is {:08x}", crc.sum(), record.crc),
        ));
    }
    Ok(content)
}

fn inflated(stored: &[u8], size: usize) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let room = size.saturating_add(1);
    out.try_reserve_exact(room)
        .map_err(|_| ("LIMIT_UNCOMPRESSED", format!("there is no memory for its {size} bytes")))?;
    let mut stream = Decompress::new(false);
    loop {
        let (read, written) = (stream.total_in(), out.len());
        let rest = usize::try_from(read).ok().and_then(|n| stored.get(n..)).unwrap_or(&[]);
        let status = stream
            .decompress_vec(rest, &mut out, FlushDecompress::Finish)
            .map_err(|e| ("ZIP_CRC", format!("its deflate stream is damaged ({e})")))?;
        if out.len() > size {
            return Err(("ZIP_SIZE_MISMATCH", format!("it declares {size} bytes and holds more")));
        }
        match status {
            Status::StreamEnd => break,
            _ if stream.total_in() == read && out.len() == written => {
                return Err(("ZIP_SIZE_MISMATCH", "its deflate stream is cut off".into()));
            }
            _ => {}
        }
    }
    if stream.total_in() != stored.len() as u64 {
        return Err(("ZIP_SIZE_MISMATCH", "bytes follow its deflate stream".into()));
    }
    Ok(out)
}
