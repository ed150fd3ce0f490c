import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Installation } from './built-package.js';
import { installed } from './built-package.js';

const folder = fileURLToPath(new URL('../../samples', import.meta.url));

/** What each numbered sample prints, line by line; patterns where time or chance has a part in it. */
const printed: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  '01-first-retry': [
    /^attempt 1 failed, next one in \d+ ms$/,
    /^attempt 2 failed, next one in \d+ ms$/,
    'sunny in Oslo',
    'Error: nobody knows after 2 attempts',
  ],
  '02-timeout-and-deadline': [
    /^attempt 1 has at most \d+ ms$/,
    /^attempt 2 has at most \d+ ms$/,
    /^attempt 3 has at most \d+ ms$/,
    'Reports.slow ran out of time: the call took longer than 1000 ms (scope: total)',
    'page 1',
    'the user went away',
  ],
  '03-circuit-and-fallback': [
    ...Array<string>(5).fill("[ '(no reviews of tea at the moment)' ]"),
    '3 of 5 calls reached the service',
    'Shop.rating was not called: its circuit is open',
    "[ 'tea is fine' ]",
    'closed → open, open → half-open, half-open → closed',
  ],
  '04-cache-and-dedup': [
    'book 1, edition 1 (3 calls, asked 1 time)',
    'book 1, edition 1 (fresh)',
    'book 1, edition 1 (stale, at once)',
    'book 1, edition 2 (refreshed behind)',
    '100 loans at the same time, asked 1 time',
    '{ hits: 2, stale: 1 }',
  ],
  '05-inversify': [
    'Monday',
    "[ 'calendar: closed' ]",
    "[ 'calendar: forced-open' ]",
    'Calendar.today was not called: its circuit is open',
  ],
  '06-events': [
    'Feed.latest: attempt 1 failed, again in 10 ms',
    'nothing new',
    'circuit Feed.latest: closed → open',
    'Feed.latest: attempt 1 failed, again in 10 ms',
    'nothing new',
    'nothing new',
    /^\d\d events in all$/,
    'Feed.latest { calls: 3, attempts: 3 }',
  ],
  '07-testing': ['tested: three attempts, two timeouts, waits of ten and twenty seconds'],
  '08-your-own-policy': [
    'Stock.level',
    '  tracked: tells of calls slower than 10 ms',
    '    retry: up to 3 attempts within the budget (Stock)',
    '      numbered: says which attempt it is',
    '        method',
    'at worst 3 attempts, for as long as the method takes',
    'attempt 1',
    'attempt 2',
    'stock: Stock.level was slow',
    '12 of tea',
    "@Tracked: slowerThan must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got -1",
  ],
  '09-outbox': [
    'a down',
    'b down',
    'c accepted',
    'd accepted',
    'e accepted',
    'f the outbox is full',
    'replay of c: taken',
    'replay of d: send was not called: its circuit is open',
    'replay of d: taken',
    'replay of e: taken',
    'received c d d d e: 3 orders',
  ],
  '10-hedge': [
    'plain: median 30 ms, p99 500 ms, slowest 500 ms, 1000 requests',
    'hedged: median 31 ms, p99 87 ms, slowest 90 ms, 1046 requests',
    'Search.hedged { started: 46, won: 46, lost: 0, failed: 0, suppressed: 0 }',
  ],
  '11-chaos': [
    '21 faults in 100 calls: 21 substitutes, no error',
    'Weather.today failed: @Chaos injected this error',
    'and the same again',
  ],
  '12-follow-the-limit': ['tile: 5 tiles in 600 ms, 25 times 429', 'tileAsTold: 30 tiles in 5080 ms, 0 times 429'],
  '13-answers-from-the-last-run': [
    'first run: EUR 1.0834 ({"misses":1,"hits":0,"staleIfError":0})',
    'at once again: EUR 1.0834 ({"misses":0,"hits":1,"staleIfError":0})',
    'server down: EUR 1.0834 ({"misses":0,"hits":0,"staleIfError":1})',
  ],
  '14-payments': [
    'charge-1: 2 requests, 1 charge',
    'ECONNRESET in attempt 1',
    'true over the limit',
    '100000',
    'unknown',
    '1 token for 9 requests',
  ],
  '15-graphql': [
    '118000 stars, 2 requests: a failure of the server is repeated',
    '118000 stars, 2 requests: cached',
    '0 stars, 3 requests: no failure, but an answer',
    'true GRAPHQL_SERVICE_UNAVAILABLE 4 requests: nobody knows whether it was done',
    `{"repository":{"name":"node"},"hint":null} [ 'hint' ] FORBIDDEN`,
  ],
  '16-fault-server': [
    '{"kind":"status","status":503,"count":2}: message 1 after 3 requests',
    '{"kind":"hang","count":1}: message 2 after 2 requests',
    '{"kind":"reset","count":1}: message 3 after 2 requests',
    '{"kind":"reset","at":"body","count":1}: message 4 after 2 requests',
    '{"kind":"truncate","framing":"chunked","count":1}: message 5 after 2 requests',
    '2 answers given twice, no order made twice',
  ],
};

let installation: Installation;

beforeAll(async () => {
  installation = await installed();
  return () => installation[Symbol.asyncDispose]();
}, 120_000);

/** Runs a sample where the package is installed; gives the lines that it prints. */
async function run(sample: string, mode: 'legacy' | 'standard'): Promise<string[]> {
  const program = join(installation.folder, mode, `${sample}.js`);
  await build({
    ...{ entryPoints: [join(folder, `${sample}.ts`)], outfile: program, bundle: true, packages: 'external' },
    ...{ format: 'esm', platform: 'node', target: 'es2022' },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: mode === 'legacy' } },
  });
  return (await installation.node([program])).trimEnd().split('\n');
}

describe('the numbered samples', () => {
  it('are all run here', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));

    expect(Object.keys(printed).map((sample) => `${sample}.ts`)).toEqual(files.sort());
  });

  describe.each(['standard', 'legacy'] as const)('with %s decorators', (mode) => {
    it.concurrent.each(Object.keys(printed))('%s prints what it says', { timeout: 60_000 }, async (sample) => {
      const expected = printed[sample] as readonly (string | RegExp)[];

      expect(await run(sample, mode)).toEqual(
        expected.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
      );
    });
  });
});
