/** The checksum of zip entries and of flight logs, eight bytes at a time. Pure. Source: IEEE 802.3, reflected 0xEDB88320. */

/** Table k holds what a byte does to the checksum k bytes later; one after the other, 256 entries each. */
const tables = makeTables();

/** CRC-32 of the bytes, 0…2³²−1. */
export function crc32(bytes: Uint8Array): number {
  const words = bytes.length - (bytes.length % 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = -1;
  for (let i = 0; i < words; i += 8) {
    const low = crc ^ view.getInt32(i, true);
    const high = view.getInt32(i + 4, true);
    crc =
      at(7, low) ^
      at(6, low >>> 8) ^
      at(5, low >>> 16) ^
      at(4, low >>> 24) ^
      at(3, high) ^
      at(2, high >>> 8) ^
      at(1, high >>> 16) ^
      at(0, high >>> 24);
  }
  for (let i = words; i < bytes.length; i++) crc = (crc >>> 8) ^ at(0, crc ^ (bytes[i] ?? 0));
  return (crc ^ -1) >>> 0;
}

function at(table: number, value: number): number {
  return tables[256 * table + (value & 0xff)] ?? 0;
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    made[byte] = value;
  }
  for (let i = 256; i < made.length; i++) {
    const before = made[i - 256] ?? 0;
    made[i] = (before >>> 8) ^ (made[before & 0xff] ?? 0);
  }
  return made;
}
