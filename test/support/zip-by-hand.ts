import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a zip file. */
export interface ZipEntry {
  name: string;
  bytes: Buffer | string;
  /** The upper half of the external attributes: the Unix file type and permissions. */
  mode?: number;
  /** The claimed unpacked size in bytes. */
  claimedSize?: number;
  /** Sets the flag for encryption. */
  encrypted?: boolean;
  isFolder?: boolean;
}

/**
 * Writes a zip file with any entries, valid or not, which no library does. Like GitHub's, it has data
 * descriptors: the sizes come after the bytes, and in the list at the end.
 * @param claimedEntries the number of entries in the end record
 */
export function zipByHand(entries: ZipEntry[], claimedEntries = entries.length): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const bytes = Buffer.from(entry.bytes);
    const packed = deflateRawSync(bytes);
    const size = entry.claimedSize ?? bytes.length;
    const flags = 0x0808 | (entry.encrypted === true ? 1 : 0);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc32(bytes), 4);
    descriptor.writeUInt32LE(packed.length, 8);
    descriptor.writeUInt32LE(size, 12);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE((3 << 8) | 45, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(crc32(bytes), 16);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    const attributes = ((entry.mode ?? 0o100644) << 16) | (entry.isFolder === true ? 0x10 : 0);
    central.writeUInt32LE(attributes >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    parts.push(local, name, packed, descriptor);
    list.push(central, name);
    offset += local.length + name.length + packed.length + descriptor.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(claimedEntries, 0xfffe), 8);
  end.writeUInt16LE(Math.min(claimedEntries, 0xfffe), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}
