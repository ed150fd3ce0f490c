const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text as bytes of its own. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Bytes as text; throws on what is no UTF-8, instead of putting a replacement for it. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
