import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { decodeBody, encodeBody } from '../../src/http/http-body.js';

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
    expect(encodeBody(body, 'github')).toEqual({ data, type });
  });

  it('as it is when it is a form, a blob or a stream', () => {
    const form = new FormData();
    const blob = new Blob(['x'], { type: 'image/png' });
    const stream = Readable.from(['x']);

    expect(encodeBody(form, 'github')).toEqual({ data: form, type: undefined });
    expect(encodeBody(blob, 'github')).toEqual({ data: blob, type: 'image/png' });
    expect(encodeBody(stream, 'github')).toEqual({ data: stream, type: octets });
  });

  it('not when JSON cannot hold it', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const rule = 'github: RestClient: body must be something that JSON can hold';

    expect(() => encodeBody(cycle, 'github')).toThrow(`${rule}: Converting circular structure to JSON`);
    expect(() => encodeBody({ n: 1n }, 'github')).toThrow(`${rule}: Do not know how to serialize a BigInt`);
    expect(() => encodeBody(() => 1, 'github')).toThrow(`${rule}, but got a function`);
  });

  it('not when it is a stream that a former attempt has read', async () => {
    const stream = Readable.from(['x']);
    await stream.toArray();

    expect(() => encodeBody(stream, 'github')).toThrow(
      'github: RestClient: body must be a stream that nobody has read from: each attempt needs one of its own',
    );
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
});
