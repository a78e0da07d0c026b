import type { PackedContent } from '../contents/packed-content.js';

/*
 * The records of a zip file (APPNOTE.TXT 6.3.10, section 4.3) that the archive uses. Sizes and CRC are
 * in the local header, so that an archive can be read in one pass, without its central directory.
 */
export const SIGNATURE = {
  localHeader: 0x04034b50,
  centralHeader: 0x02014b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
  end: 0x06054b50,
} as const;

/** Bytes of the fixed part of each record. */
export const RECORD_BYTES = {
  localHeader: 30,
  centralHeader: 46,
  zip64End: 56,
  zip64Locator: 20,
  end: 22,
} as const;

export const METHOD = { store: 0, deflate: 8 } as const;
export const FLAG = { encrypted: 0x1, dataDescriptor: 0x8, utf8: 0x800 } as const;

/** The values that refer to the zip64 record. */
export const MAXIMUM_16 = 0xffff;
export const MAXIMUM_32 = 0xffffffff;

const VERSION_DEFLATE = 20;
const VERSION_ZIP64 = 45;
// 1980-01-01, the earliest date in a zip file. A fixed date makes archives reproducible.
const DATE = 0x0021;
const MADE_BY_UNIX = 3 << 8;
const REGULAR_FILE_0644 = (0o100644 << 16) >>> 0;

/** The header in front of an entry's bytes. */
export function localHeader(name: Buffer, content: PackedContent, packedSize: number): Buffer {
  const header = Buffer.allocUnsafe(RECORD_BYTES.localHeader + name.byteLength);
  header.writeUInt32LE(SIGNATURE.localHeader, 0);
  writeCommonFields(header, 4, name, content, packedSize, VERSION_DEFLATE);
  name.copy(header, RECORD_BYTES.localHeader);
  return header;
}

/**
 * The entry's record in the central directory; `offset` is the position of its local header in the
 * archive.
 */
export function centralHeader(
  name: Buffer,
  content: PackedContent,
  packedSize: number,
  offset: number,
): Buffer {
  const wide = offset >= MAXIMUM_32;
  const header = Buffer.alloc(RECORD_BYTES.centralHeader + name.byteLength + (wide ? 12 : 0));
  header.writeUInt32LE(SIGNATURE.centralHeader, 0);
  header.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 4);
  writeCommonFields(header, 6, name, content, packedSize, wide ? VERSION_ZIP64 : VERSION_DEFLATE);
  header.writeUInt16LE(wide ? 12 : 0, 30);
  header.writeUInt32LE(REGULAR_FILE_0644, 38);
  header.writeUInt32LE(Math.min(offset, MAXIMUM_32), 42);
  name.copy(header, RECORD_BYTES.centralHeader);
  if (wide) {
    const extra = RECORD_BYTES.centralHeader + name.byteLength;
    header.writeUInt16LE(1, extra);
    header.writeUInt16LE(8, extra + 2);
    header.writeBigUInt64LE(BigInt(offset), extra + 4);
  }
  return header;
}

/**
 * Writes the 26 bytes that local and central header share, from the version to the length of the extra
 * field.
 */
function writeCommonFields(
  header: Buffer,
  at: number,
  name: Buffer,
  content: PackedContent,
  packedSize: number,
  version: number,
): void {
  header.writeUInt16LE(version, at);
  header.writeUInt16LE(FLAG.utf8, at + 2);
  header.writeUInt16LE(METHOD[content.method], at + 4);
  header.writeUInt16LE(0, at + 6);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt32LE(content.crc32, at + 10);
  header.writeUInt32LE(packedSize, at + 14);
  header.writeUInt32LE(content.size, at + 18);
  header.writeUInt16LE(name.byteLength, at + 22);
  header.writeUInt16LE(0, at + 24);
}

/**
 * The records at the end of an archive, with zip64 records when a count, size or offset exceeds 16 or
 * 32 bits.
 */
export function endRecords(directory: { entries: number; size: number; offset: number }): Buffer {
  const { entries, size, offset } = directory;
  const wide = entries >= MAXIMUM_16 || size >= MAXIMUM_32 || offset >= MAXIMUM_32;
  const zip64Bytes = wide ? RECORD_BYTES.zip64End + RECORD_BYTES.zip64Locator : 0;
  const records = Buffer.alloc(zip64Bytes + RECORD_BYTES.end);
  if (wide) {
    records.writeUInt32LE(SIGNATURE.zip64End, 0);
    records.writeBigUInt64LE(BigInt(RECORD_BYTES.zip64End - 12), 4);
    records.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12);
    records.writeUInt16LE(VERSION_ZIP64, 14);
    records.writeBigUInt64LE(BigInt(entries), 24);
    records.writeBigUInt64LE(BigInt(entries), 32);
    records.writeBigUInt64LE(BigInt(size), 40);
    records.writeBigUInt64LE(BigInt(offset), 48);
    records.writeUInt32LE(SIGNATURE.zip64Locator, RECORD_BYTES.zip64End);
    records.writeBigUInt64LE(BigInt(offset + size), RECORD_BYTES.zip64End + 8);
    records.writeUInt32LE(1, RECORD_BYTES.zip64End + 16);
  }
  records.writeUInt32LE(SIGNATURE.end, zip64Bytes);
  records.writeUInt16LE(Math.min(entries, MAXIMUM_16), zip64Bytes + 8);
  records.writeUInt16LE(Math.min(entries, MAXIMUM_16), zip64Bytes + 10);
  records.writeUInt32LE(Math.min(size, MAXIMUM_32), zip64Bytes + 12);
  records.writeUInt32LE(Math.min(offset, MAXIMUM_32), zip64Bytes + 16);
  return records;
}
