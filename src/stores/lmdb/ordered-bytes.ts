/**
 * Text as bytes that keep prefixes: what a text begins with, its bytes begin with, and no others do. Exact for every text, lone surrogates
 * included, and free of zero bytes. It is UTF-8, but with surrogates one by one and with two bytes for NUL.
 */
export function orderedText(text: string): Buffer {
  return text.includes('\0') || surrogate.test(text) ? unitByUnit(text) : Buffer.from(text, 'utf8');
}

/** Above every byte of an ordered text. */
export const aboveText = 0xff;

/** A number as eight bytes that sort as numbers do. */
export function orderedNumber(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value + 0); // no negative zero
  const mask = (bytes[0] as number) & 0x80 ? 0xff : 0;
  for (let at = 0; at < 8; at++) bytes[at] = (bytes[at] as number) ^ mask;
  if (mask === 0) bytes[0] = (bytes[0] as number) | 0x80;
  return bytes;
}

/** The number that eight such bytes stand for. */
export function numberOf(ordered: Buffer): number {
  const bytes = Buffer.from(ordered.subarray(0, 8));
  const mask = (bytes[0] as number) & 0x80 ? 0 : 0xff;
  for (let at = 0; at < 8; at++) bytes[at] = (bytes[at] as number) ^ mask;
  if (mask === 0) bytes[0] = (bytes[0] as number) & 0x7f;
  return bytes.readDoubleBE();
}

const surrogate = /[\ud800-\udfff]/;

function unitByUnit(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length * 3);
  let end = 0;
  for (let at = 0; at < text.length; at++) end = writeUnit(bytes, end, text.charCodeAt(at));
  return bytes.subarray(0, end);
}

function writeUnit(bytes: Buffer, at: number, unit: number): number {
  if (unit > 0 && unit < 0x80) return bytes.writeUInt8(unit, at);
  if (unit < 0x800) return bytes.writeUInt16BE(0xc080 | ((unit & 0x7c0) << 2) | (unit & 0x3f), at);
  bytes.writeUInt8(0xe0 | (unit >> 12), at);
  return bytes.writeUInt16BE(0x8080 | ((unit & 0xfc0) << 2) | (unit & 0x3f), at + 1);
}
