import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultServer, startFaultServer } from 'holdfast/fault-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheProcess } from './cache-processes/cache-process.js';
import type { Item, Order, Place } from './cache-processes/orders.js';

const longest = 15_000;

let path: string;
let server: FaultServer;
const processes: CacheProcess[] = [];

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'holdfast-processes-'));
  server = await startFaultServer();
});

afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process[Symbol.asyncDispose]()));
  await server.close();
  rmSync(path, { recursive: true });
});

/** Processes that share the folder, started at once. */
async function open(count: number, ttl: Place['ttl'] = '1h'): Promise<CacheProcess[]> {
  const opened = await Promise.all(
    Array.from({ length: count }, () => CacheProcess.open({ path, url: server.url, ttl })),
  );
  processes.push(...opened);
  return opened;
}

const pause = (duration: number) => new Promise((resolve) => setTimeout(resolve, duration));

describe('processes with caches in one folder', () => {
  it(
    'give what one of them has loaded, without asking the server again',
    async () => {
      const [one, other] = (await open(2)) as [CacheProcess, CacheProcess];
      for (const id of ['a', 'b', 'c']) {
        const item = await one.call(id);
        await one.tell({ do: 'written' });
        expect(await other.call(id)).toEqual(item);
        expect(await other.tell({ do: 'get', id })).toEqual(item);
      }

      expect(await other.stats()).toMatchObject({ hits: 3, misses: 0, loads: 0, storeFailures: 0 });
      expect([server.journal.seen, (await one.stats()).loads]).toEqual([3, 3]);
    },
    longest,
  );

  const drops: readonly (readonly [string, (id: string) => Order])[] = [
    ['delete()', (id) => ({ do: 'delete', id })],
    ['invalidate()', (id) => ({ do: 'invalidate', pattern: `item:${id}` })],
    ['invalidate() of a pattern', () => ({ do: 'invalidate', pattern: 'parity:*' })],
    ['clear()', () => ({ do: 'clear' })],
  ];

  it(
    'see at once what another has dropped or set, however it did that',
    async () => {
      const [one, other] = (await open(2)) as [CacheProcess, CacheProcess];
      for (const [name, drop] of drops) {
        for (let round = 0; round < 5; round++) {
          const before = await one.call('a');
          await one.tell({ do: 'written' });
          expect(await other.call('a')).toEqual(before);
          await other.tell(drop('a'));
          expect(await one.tell({ do: 'get', id: 'a' }), name).toBeUndefined();
          const after = await one.call('a');
          expect(after.version, name).toBeGreaterThan(before.version);
        }
      }
      await one.tell({ do: 'written' }); // its last load, which would come after what the other sets
      await other.tell({ do: 'set', id: 'a', item: { id: 'a', version: -1 } });
      expect(await one.call('a')).toEqual({ id: 'a', version: -1 });
      expect(await one.stats()).toMatchObject({ storeFailures: 0 });
      expect(await other.stats()).toMatchObject({ storeFailures: 0, loads: 0 });
    },
    longest,
  );
});

describe('a process that is killed in the middle of its writes', () => {
  it(
    'takes nothing with it that was acknowledged, and leaves the others at work',
    async () => {
      const [doomed, writer, reader] = (await open(3)) as [CacheProcess, CacheProcess, CacheProcess];
      doomed.startWriting('doomed');
      writer.startWriting('writer');
      while (doomed.acknowledged.length < 100 || writer.acknowledged.length < 100) await pause(5);
      await doomed.kill();

      const { length } = writer.acknowledged;
      const seen = await reader.call('a');
      while (writer.acknowledged.length < length + 100) await pause(5);
      expect(await reader.call('a')).toEqual(seen);
      expect(await lost(doomed, reader)).toEqual([]);
      await writer.kill();
      expect(await lost(writer, reader)).toEqual([]);
      await reader.tell({ do: 'delete', id: 'a' });
      expect((await reader.call('a')).version).toBe(seen.version + 1);
      expect(await reader.stats()).toMatchObject({ storeFailures: 0 });

      const [later] = (await open(1)) as [CacheProcess];
      expect([...(await lost(doomed, later)), ...(await lost(writer, later))]).toEqual([]);
    },
    longest,
  );

  /** What was acknowledged by one and is not there for another; a later set may have been written without an acknowledgement. */
  async function lost({ acknowledged }: CacheProcess, reader: CacheProcess): Promise<string[]> {
    const last = new Map(acknowledged.map(({ set, version }) => [set, version]));
    expect(last.size).toBeGreaterThan(10);
    const found = await Promise.all(
      [...last].map(async ([id, version]) => {
        const item = (await reader.tell({ do: 'get', id })) as (Item & { readonly text: string }) | undefined;
        const isWhole = item?.id === id && item.text.length === (item.version * 37) % 3000;
        return isWhole && item.version >= version ? [] : [`${id} ${version}: ${item?.version}`];
      }),
    );
    return found.flat();
  }
});

describe('a process that starts anew while its server is down', () => {
  it(
    'answers from what the one before it has left, which was closed',
    async () => {
      const [before] = (await open(1, '1ms')) as [CacheProcess];
      const item = await before.call('a');
      await before.tell({ do: 'close' });
      await before.kill();
      await server.close();

      const [after] = (await open(1, '1ms')) as [CacheProcess];
      expect(await after.call('a')).toEqual(item);
      expect(await after.call('a')).toEqual(item);
      expect(await after.stats()).toMatchObject({ staleIfError: 2, loads: 2, storeFailures: 0 });
      await expect(after.call('never seen')).rejects.toThrow('fetch failed');
    },
    longest,
  );

  it(
    'answers from what the one before it has left, which was killed, and with what is new as soon as the server is back',
    async () => {
      const [before] = (await open(1, '1ms')) as [CacheProcess];
      const item = await before.call('a');
      await before.tell({ do: 'written' });
      await before.kill();
      server.fail({ kind: 'reset' });

      const [after] = (await open(1, '1ms')) as [CacheProcess];
      expect(await after.call('a')).toEqual(item);
      server.heal();
      expect((await after.call('a')).version).toBe(item.version + 1);
    },
    longest,
  );
});
