/** What a row takes beside its key and its bytes. */
const node = 8;
/** Rows with more bytes are kept in pages of their own. */
const largestNode = 2000;
const page = 4096;
const pageHeader = 16;

/** How many bytes a row takes in the file, before compression: pages are counted whole where it has its own. */
export function roomFor(keyBytes: number, bytes: number): number {
  return node + keyBytes + (bytes <= largestNode ? bytes : Math.ceil((bytes + pageHeader) / page) * page);
}
