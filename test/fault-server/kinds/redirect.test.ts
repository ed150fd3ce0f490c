import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultServer, type RedirectFault, startFaultServer } from '../../../src/fault-server/index.js';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
beforeEach(() => server.heal());
afterAll(() => server.close());

/** The statuses and places that a client comes through that follows so often. */
async function follow(fault: RedirectFault, times: number, from = '/items/1?a=b%20c') {
  server.fail(fault);
  const [statuses, places]: [number[], (string | null)[]] = [[], []];
  for (let url = from; statuses.length < times; url = places.at(-1) ?? url) {
    const answer = await fetch(server.url + url, { redirect: 'manual' });
    await answer.text();
    statuses.push(answer.status);
    places.push(answer.headers.get('location'));
  }
  return { statuses, places };
}

describe('the redirect fault', () => {
  it('sends clients back to the same URL by 302 unless told otherwise', async () => {
    expect(await follow({ kind: 'redirect' }, 2)).toEqual({
      statuses: [302, 302],
      places: ['/items/1?a=b%20c', '/items/1?a=b%20c'],
    });
  });

  it.each([301, 302, 303, 307, 308] as const)('does so by %i', async (status) => {
    expect((await follow({ kind: 'redirect', status }, 1)).statuses).toEqual([status]);
  });

  it.each([
    [undefined, ['1', '0', '1', '0']],
    [3, ['1', '2', '0', '1']],
  ])('sends clients round a circle: %s URLs', async (hops, order) => {
    const { places } = await follow({ kind: 'redirect', to: 'circle', ...(hops && { hops }) }, 4);

    expect(places).toEqual(order.map((hop) => `/items/1?a=b%20c&redirected=${hop}`));
  });

  it('leaves the query as the client wrote it', async () => {
    const { places } = await follow({ kind: 'redirect', to: 'everNew' }, 2, '/items/1?a=b+%20&c&d=1?e');

    expect(places).toEqual(['/items/1?a=b+%20&c&d=1?e&redirected=1', '/items/1?a=b+%20&c&d=1?e&redirected=2']);
  });

  it.each(['itself', 'circle', 'everNew'] as const)('sends nobody to another server: to %s', async (to) => {
    const { places } = await follow({ kind: 'redirect', to }, 2, '//elsewhere.test/x');
    const found = places.map((place) => new URL(place ?? '', server.url));

    expect(found.map(({ origin, pathname }) => origin + pathname)).toEqual(
      Array.from({ length: 2 }, () => `${server.url}//elsewhere.test/x`),
    );
  });

  it('sends clients to ever new URLs', async () => {
    const { places } = await follow({ kind: 'redirect', to: 'everNew' }, 30, '/items/1');

    expect(places).toEqual(Array.from({ length: 30 }, (_, hop) => `/items/1?redirected=${hop + 1}`));
  });

  it.each(['-1', '1.5', 'x', '9007199254740993', 'Infinity'])('begins anew behind what is no hop: %s', async (hop) => {
    const { places } = await follow({ kind: 'redirect', to: 'everNew' }, 1, `/items/1?redirected=${hop}`);

    expect(places).toEqual(['/items/1?redirected=1']);
  });

  it('names a place that is no URL', async () => {
    const { places } = await follow({ kind: 'redirect', to: 'malformed' }, 1);

    expect(() => new URL(places[0] as string, server.url)).toThrow('Invalid URL');
  });

  it('names no place', async () => {
    expect(await follow({ kind: 'redirect', to: 'nowhere', status: 307 }, 1)).toEqual({
      statuses: [307],
      places: [null],
    });
  });
});
