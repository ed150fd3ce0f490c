/** What a row takes beside its key and its bytes. */
const node = 8;
/** Records above this are kept in pages of their own. */
const largestNode = 2000;
const page = 4096;
const pageHeader = 16;

/** How many bytes an entry takes in the file, with its rows in both indexes, before compression: pages are counted whole where it has its own. */
export function roomFor(recordBytes: number, keyBytes: number, tagKeyBytes: number, tagCount: number): number {
  const record = recordBytes <= largestNode ? recordBytes : Math.ceil((recordBytes + pageHeader) / page) * page;
  const time = keyBytes + 2 * 8 + node;
  return node + keyBytes + record + time + tagKeyBytes + tagCount * node;
}
