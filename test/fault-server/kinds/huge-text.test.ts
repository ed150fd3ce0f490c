import { setImmediate } from 'node:timers';
import { describe, expect, it } from 'vitest';
import { partsOf, streamOf } from '../../../src/fault-server/kinds/huge-text.js';

describe('a huge text', () => {
  it.each([2, 3, 99, 100, 101, 199, 200, 201, 1000])('is one JSON text of exactly %i bytes', async (length) => {
    const pieces: Buffer[] = [];
    for await (const piece of streamOf(partsOf(length, 100))) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();

    expect(text).toHaveLength(length);
    expect(JSON.parse(text)).toMatch(/^x*$/);
  });

  // A client that read as fast as the server wrote kept the server from doing anything else:
  // where the system takes each piece at once, nothing of what is awaited between them waits.
  it('lets everybody else have a turn between its pieces, however fast these are taken', async () => {
    let turns = 0;
    let waiting = setImmediate(function count() {
      turns++;
      waiting = setImmediate(count);
    });
    let taken = 0;
    for await (const _piece of streamOf(partsOf(Number.POSITIVE_INFINITY, 100))) if (++taken === 10) break;
    clearImmediate(waiting);

    expect(turns).toBeGreaterThanOrEqual(8);
  });
});
