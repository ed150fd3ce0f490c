import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { checkLength, decodeBody, encodeBody } from '../../src/http/http-body.js';

const bytes = (text: string, charset: BufferEncoding = 'utf8') => Buffer.from(text, charset);

describe('a body is sent', () => {
  const json = 'application/json; charset=utf-8';
  const octets = 'application/octet-stream';

  it.each<[unknown, unknown, string | undefined]>([
    [undefined, undefined, undefined],
    [{ a: [1, 'ä'] }, '{"a":[1,"ä"]}', json],
    [[1], '[1]', json],
    [null, 'null', json],
    [false, 'false', json],
    [0, '0', json],
    ['', '', 'text/plain; charset=utf-8'],
    ['{"a":', '{"a":', 'text/plain; charset=utf-8'],
    [new URLSearchParams({ a: '1 2', b: 'ä' }), 'a=1+2&b=%C3%A4', 'application/x-www-form-urlencoded; charset=utf-8'],
    [Uint8Array.of(1, 2, 3, 4).subarray(1, 3), Buffer.from([2, 3]), octets],
    [Uint8Array.of(1, 2).buffer, Buffer.from([1, 2]), octets],
  ])('%j as %j of type %s', (body, data, type) => {
    const encoded = encodeBody(body, 'github');

    expect(encoded).toMatchObject({ type, replayable: true });
    expect(encoded.take().data).toEqual(data);
    expect(encoded.fixed).toEqual(data ?? '');
  });

  it('as it is when it is a form, a blob or a stream', () => {
    const form = new FormData();
    const blob = new Blob(['x'], { type: 'image/png' });
    const stream = Readable.from(['x']);

    expect([form, blob, stream].map((body) => encodeBody(body, 'github').take().data)).toEqual([form, blob, stream]);
    expect([form, blob, stream].map((body) => encodeBody(body, 'github'))).toMatchObject([
      { type: undefined, fixed: undefined, replayable: true },
      { type: 'image/png', fixed: undefined, replayable: true },
      { type: octets, fixed: undefined, replayable: false },
    ]);
  });

  it('not when JSON cannot hold it', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const rule = 'github: RestClient: body must be something that JSON can hold';

    expect(() => encodeBody(cycle, 'github')).toThrow(`${rule}: Converting circular structure to JSON`);
    expect(() => encodeBody({ n: 1n }, 'github')).toThrow(`${rule}: Do not know how to serialize a BigInt`);
    expect(() => encodeBody(Symbol('x'), 'github')).toThrow(`${rule}, but got Symbol(x)`);
  });

  it('not when it is a stream that a former attempt has read', async () => {
    const stream = Readable.from(['x']);
    await stream.toArray();

    const rule = 'body must be a stream that nobody has read from, or a function that makes one for each attempt';
    expect(() => encodeBody(stream, 'github')).toThrow(`github: RestClient: ${rule}`);
    expect(() => encodeBody(() => stream, 'github').take()).toThrow(`github: RestClient: ${rule}`);
    const taken = encodeBody(Readable.from(['x']), 'github');
    taken.take();
    expect(() => taken.take()).toThrow(`github: RestClient: ${rule}`);
  });

  it('as a function makes it, for each attempt', () => {
    let made = 0;
    const encoded = encodeBody(() => `body ${++made}`, 'github');

    expect([encoded.take().data, encoded.take().data]).toEqual(['body 1', 'body 2']);
    expect(() => encodeBody(() => () => 'x', 'github').take()).toThrow('not another function');
  });

  it.each<[unknown, string | undefined]>([
    [{ a: 1 }, json],
    ['text', 'text/plain; charset=utf-8'],
    [new URLSearchParams({ a: '1' }), 'application/x-www-form-urlencoded; charset=utf-8'],
    [Buffer.from('x'), octets],
    [Readable.from(['x']), octets],
    [new Blob(['x'], { type: 'image/png' }), 'image/png'],
    [new FormData(), undefined],
  ])('as what it is also where a function makes it: %j as %s', (body, type) => {
    expect(encodeBody(() => body, 'github').take().type).toBe(type);
  });

  it('not as the promise of one, which would be sent as {}', () => {
    expect(() => encodeBody(Promise.resolve('x'), 'github')).toThrow('body must be a body, not a promise of one');
    expect(() => encodeBody(async () => 'x', 'github').take()).toThrow('not another function and no promise');
  });

  it('not when it is a web stream that somebody reads', () => {
    const stream = new Blob(['x']).stream();
    stream.getReader();

    expect(() => encodeBody(stream, 'github')).toThrow('must be a stream that nobody has read from');
  });
});

describe('the length of a body', () => {
  it.each<[string | undefined, unknown]>([
    [undefined, 'abc'],
    ['3', 'abc'],
    ['2', 'ä'],
    ['2', Buffer.from('ab')],
    ['0', undefined],
    ['7', Readable.from(['x'])],
  ])('may be stated as %s', (stated, data) => {
    expect(() => checkLength(stated, data, 'github')).not.toThrow();
  });

  it.each([
    ['2', 'abc'],
    ['4', 'abc'],
    ['1', 'ä'],
    ['5', undefined],
    ['3, 3', 'abc'],
    ['+3', 'abc'],
  ])('may not be stated as %s for %j', (stated, data) => {
    const rule = 'github: RestClient: headers.content-length must be the length of the body';
    expect(() => checkLength(stated, data, 'github')).toThrow(rule);
  });
});

describe('a body is read', () => {
  it.each([
    ['application/json', bytes('{"a":"ä"}'), { a: 'ä' }],
    ['application/json; charset=utf-8', bytes('\ufeff[1]'), [1]],
    ['application/problem+json', bytes('{"status":503}'), { status: 503 }],
    ['text/html; charset=utf-8', bytes('<p>ä'), '<p>ä'],
    ['Text/Plain; Charset="ISO-8859-1"', bytes('ä', 'latin1'), 'ä'],
    ['text/plain; charset=klingon', bytes('ä'), 'ä'],
    ['application/atom+xml', bytes('<a/>'), '<a/>'],
    ['application/x-www-form-urlencoded', bytes('a=1'), 'a=1'],
    ['application/octet-stream', bytes('ab'), bytes('ab')],
    ['image/png', bytes('ab'), bytes('ab')],
    ['', bytes('ab'), bytes('ab')],
    ['application/json', bytes(''), undefined],
    ['text/plain', bytes(''), undefined],
  ])('of type %j', (type, body, value) => {
    expect(decodeBody(body, type)).toEqual(value);
  });

  it.each([
    ['a byte that no UTF-8 has', Buffer.from('{"a":"\xff"}', 'latin1')],
    ['Latin-1', bytes('{"a":"ä"}', 'latin1')],
    ['a character that is cut', Buffer.concat([bytes('"ä').subarray(0, 2), bytes('"')])],
    ['half of a pair of surrogates', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', bytes('[1]', 'utf16le')],
  ])('as no JSON where it has %s', (_, body) => {
    expect(() => decodeBody(body, 'application/json; charset=iso-8859-1')).toThrow(SyntaxError);
  });

  it('as JSON with marks in the place of what is no UTF-8, where that is asked for', () => {
    const body = bytes('{"a":"ä"}', 'latin1');

    expect(decodeBody(body, 'application/problem+json', { leniently: true })).toEqual({ a: '\ufffd' });
  });

  it('as text with marks in the place of what its charset does not have', () => {
    expect(decodeBody(bytes('ä', 'latin1'), 'text/plain; charset=utf-8')).toBe('\ufffd');
  });
});
