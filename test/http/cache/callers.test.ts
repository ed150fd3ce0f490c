import { describe, expect, it } from 'vitest';
import { CacheKeys } from '../../../src/http/cache/cache-keys.js';
import type { CacheEntry } from '../../../src/stores/index.js';
import { memoryStore } from '../../../src/stores/index.js';
import { seededRandom } from '../../../src/testing/index.js';
import { type AskedFor, lasting, request, Scene } from './origin.js';

const headers = lasting('max-age=60', { etag: '"1"' });

function keysOf(given: Partial<ConstructorParameters<typeof CacheKeys>[0]> = {}) {
  return new CacheKeys({ client: 'shop', secretNames: [], identity: undefined, ...given });
}

describe('callers', () => {
  it.each<[what: string, one: AskedFor, other: AskedFor]>([
    ['Authorization', { headers: { authorization: 'Bearer a' } }, { headers: { authorization: 'Bearer b' } }],
    ['Authorization, or none', { headers: { authorization: 'Bearer a' } }, {}],
    ['a cookie', { headers: { cookie: 'session=a' } }, { headers: { cookie: 'session=b' } }],
    ['an API key', { headers: { 'x-api-key': 'a' } }, { headers: { 'x-api-key': 'b' } }],
    ['the name of the field', { headers: { 'x-api-key': 'a' } }, { headers: { 'x-auth-token': 'a' } }],
    ['a header field of the client', { headers: { 'x-tenant': 'a' } }, { headers: { 'x-tenant': 'b' } }],
    ['a parameter that is secret', { url: 'https://shop.test/?api_key=a' }, { url: 'https://shop.test/?api_key=b' }],
    ['a parameter of the client', { url: 'https://shop.test/?appid=a' }, { url: 'https://shop.test/?appid=b' }],
    ['the user in the URL', { url: 'https://a:x@shop.test/' }, { url: 'https://b:x@shop.test/' }],
    ['the password in the URL', { url: 'https://a:x@shop.test/' }, { url: 'https://a:y@shop.test/' }],
  ])('who differ in %s never meet', async (_, one, other) => {
    const store = memoryStore();
    const scene = new Scene({ store }, { headers }, { secretNames: ['X-Tenant', 'appid'] });
    await scene.ask(one);

    expect(await scene.tell(other)).toBe('network milk');
    expect(await scene.tell(one)).toBe('cache milk');
    expect(await scene.tell(other)).toBe('cache milk');
    for (const key of store.keys()) expect(key).not.toMatch(/Bearer|session=|[?&](?:api_key|appid)=[ab]\b|[ab]:[xy]@/);
  });

  it('who differ in what identity() says never meet, and who are alike do', async () => {
    let tenant = 'a';
    const scene = new Scene({ identity: () => tenant }, { headers });
    await scene.ask();
    tenant = 'b';
    expect(await scene.tell()).toBe('network milk');
    tenant = 'a';
    expect(await scene.tell()).toBe('cache milk');
  });

  it('are told by an identity() that sees the request, and cannot change it', async () => {
    const seen: unknown[] = [];
    const sent = { 'x-tenant': 'a' };
    const identity = ({
      method,
      target,
      headers,
    }: {
      method: string;
      target: URL;
      headers: Readonly<Record<string, string>>;
    }) => {
      seen.push([method, target.href, { ...headers }]);
      target.pathname = '/other';
      Object.assign(headers, { 'x-tenant': 'b' });
      return 'all';
    };
    const scene = new Scene({ identity }, { headers });
    const made = request({ headers: sent });
    await scene.cache.answer(made, 'default', scene.send());

    expect(made.target.href).toBe('https://shop.test/items');
    expect(seen).toEqual([['GET', 'https://shop.test/items', { 'x-tenant': 'a' }]]);
    expect(sent).toEqual({ 'x-tenant': 'a' });
  });

  it('are rejected when identity() throws or says nothing: nobody knows who they are', async () => {
    const fault = new Error('no tenant');
    const throwing = new Scene({
      identity: () => {
        throw fault;
      },
    });
    const silent = new Scene({ identity: (() => undefined) as never });

    await expect(throwing.ask()).rejects.toBe(fault);
    await expect(silent.ask()).rejects.toThrow(
      'shop: RestClient: cache.identity must return a text, but returned undefined',
    );
    expect(throwing.asked).toEqual([]);
  });

  it('never get what another was given, whatever they ask for in whatever order', async () => {
    const random = seededRandom(7);
    const one = <T>(list: readonly T[]) => list[Math.floor(random.next() * list.length)]!;
    const store = memoryStore({ max: 50 });
    const scene = new Scene({
      store,
      staleFor: '20s',
      staleIfError: '1m',
      identity: ({ headers }) => headers['x-tenant'] ?? '',
    });
    let current = '';
    scene.reply = ({ fields }) => {
      if (random.next() < 0.1) return { status: 503 };
      const tag = `"${current}"`;
      if (fields['if-none-match'] === tag && random.next() < 0.5) return { status: 304, headers: { etag: tag } };
      const control = one(['max-age=5', 'max-age=60', 'no-store', 'no-cache', 'max-age=5, stale-while-revalidate=60']);
      return {
        body: current,
        headers: lasting(control, { etag: tag, ...(random.next() < 0.3 && { vary: 'accept' }) }),
      };
    };
    let given = 0;
    for (let round = 0; round < 600; round++) {
      const token = one(['a', 'b', '']);
      const tenant = one(['1', '2']);
      const path = one(['/x', '/y']);
      const accept = one(['text/plain', 'text/html']);
      const mode = one([
        'default',
        'default',
        'default',
        'reload',
        'no-cache',
        'force-cache',
        'only-if-cached',
      ] as const);
      current = `${token}|${tenant}|${path}`;
      const sent = { accept, 'x-tenant': tenant, ...(token !== '' && { authorization: token }) };
      const asked = { url: `https://shop.test${path}`, headers: sent, mode, streaming: random.next() < 0.3 };
      const told = await scene.tell(asked).catch(() => undefined);
      if (told !== undefined) expect(told.slice(told.indexOf(' ') + 1)).toBe(current);
      if (told?.startsWith('network') === false) given++;
      await scene.clock.advance(random.next() * 4000);
    }

    expect(given).toBeGreaterThan(100);
  }, 30_000);
});

describe('the key of a request', () => {
  it('can be read by people: method, URL without secrets, and a digest', () => {
    const url = 'https://user:pass@shop.test/items?q=milk&token=s3cret#part';
    const { shown, stored, tag } = keysOf().of(request({ url, headers: { authorization: 'Bearer s3cret' } }));

    expect(shown).toMatch(/^GET https:\/\/shop\.test\/items\?q=milk&token=%5Bredacted%5D [\w-]{43}$/);
    expect(stored).toBe(`http shop ${shown}`);
    expect(tag).toMatch(/^http shop [\w-]{43}$/);
  });

  it('is the same whatever the order of the fields, the fragment of the URL and what is no credential', () => {
    const one = request({ headers: { cookie: 'a', 'x-api-key': 'b', accept: 'text/plain' } });
    const other = request({
      url: 'https://shop.test/items#part',
      headers: { 'x-api-key': 'b', cookie: 'a', 'idempotency-key': 'c' },
    });

    expect(keysOf().of(one)).toEqual(keysOf().of(other));
  });

  it.each<[what: string, other: AskedFor]>([
    ['the path', { url: 'https://shop.test/Items' }],
    ['the query', { url: 'https://shop.test/items?a=1' }],
    ['the host', { url: 'https://shop2.test/items' }],
    ['the method', { method: 'HEAD' }],
  ])('differs by %s', (_, other) => {
    expect(keysOf().of(request(other)).stored).not.toBe(keysOf().of(request()).stored);
  });

  it('differs by the client, and no client begins as another', () => {
    const [one, other] = ['shop', 'shop:eu'].map((client) => keysOf({ client }));

    expect(one!.of(request()).stored).not.toBe(other!.of(request()).stored);
    expect(other!.prefix.startsWith(one!.prefix)).toBe(false);
  });

  it('has the same tag for all who ask for a URL', () => {
    const tags = ['a', 'b'].map(
      (key) =>
        keysOf().of(request({ url: `https://${key}@shop.test/items?token=${key}`, headers: { cookie: key } })).tag,
    );

    expect(tags[0]).toBe(tags[1]);
  });
});

describe('answers that vary', () => {
  const varying = (asked: AskedFor) => ({ ...asked });
  const vary = (scene: Scene, field: string, value: string) => {
    scene.reply = { body: value, headers: lasting('max-age=60', { vary: field }) };
    return scene.tell(varying({ headers: { [field.toLowerCase()]: value } }));
  };

  it('are kept beside each other', async () => {
    const scene = new Scene();
    await vary(scene, 'Accept-Language', 'de');
    await vary(scene, 'Accept-Language', 'en');

    expect(await vary(scene, 'Accept-Language', 'de')).toBe('cache de');
    expect(await vary(scene, 'Accept-Language', 'en')).toBe('cache en');
    expect(await vary(scene, 'Accept-Language', 'fr')).toBe('network fr');
  });

  it('are told apart by a field that one request has and another has not', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60', { vary: 'accept' }) });
    await scene.ask();

    expect(await scene.tell({ headers: { accept: 'text/plain' } })).toBe('network milk');
    expect(await scene.tell()).toBe('cache milk');
  });

  it('are told apart by Host, whatever they say', async () => {
    const scene = new Scene({}, { headers });
    await scene.ask({ headers: { host: 'a.test' } });

    expect(await scene.tell({ headers: { host: 'b.test' } })).toBe('network milk');
  });

  it('are at most twenty of one URL: the oldest gives way, with its body', async () => {
    const scene = new Scene();
    for (let at = 0; at < 21; at++) await vary(scene, 'Accept-Language', `l${at}`);

    expect(scene.cache.stats().entries).toBe(21); // one head, and twenty bodies
    expect(await vary(scene, 'Accept-Language', 'l20')).toBe('cache l20');
    expect(await vary(scene, 'Accept-Language', 'l1')).toBe('cache l1');
    expect(await vary(scene, 'Accept-Language', 'l0')).toBe('network l0');
  });

  it('replace each other where a request selects both', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60', { vary: 'accept' }) });
    await scene.ask({ headers: { accept: 'a' } });
    scene.reply = { body: 'cream', headers: lasting('max-age=60') };
    await scene.ask({ mode: 'reload', headers: { accept: 'a' } });

    expect(await scene.tell({ headers: { accept: 'a' } })).toBe('cache cream');
    expect(scene.cache.stats().entries).toBe(2);
  });

  it('share a body that is the same, and keep it as long as one of them is there', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60', { vary: 'accept' }) });
    await scene.ask({ headers: { accept: 'a' } });
    await scene.ask({ headers: { accept: 'b' } });
    expect(scene.cache.stats().entries).toBe(2);
    scene.reply = { body: 'cream', headers: lasting('max-age=60', { vary: 'accept' }) };
    await scene.ask({ mode: 'reload', headers: { accept: 'a' } });

    expect(await scene.tell({ headers: { accept: 'b' } })).toBe('cache milk');
  });

  it('by a secret have its digest in the store, not the secret', async () => {
    const store = memoryStore();
    const entries: CacheEntry[] = [];
    const scene = new Scene({ store }, { headers: lasting('max-age=60', { vary: 'Authorization, Accept' }) });
    const sent = { authorization: 'Bearer s3cret', accept: 'text/plain' };
    await scene.ask({ headers: sent });
    for (const key of [...store.keys()]) entries.push(store.get(key)!);

    expect(await scene.tell({ headers: sent })).toBe('cache milk');
    expect(JSON.stringify(entries)).toContain('text/plain');
    expect(JSON.stringify(entries)).not.toContain('s3cret');
    expect(JSON.stringify(scene.events.all)).not.toContain('s3cret');
  });
});
