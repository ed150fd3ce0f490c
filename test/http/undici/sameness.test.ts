import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import axios, { type AxiosAdapter, type AxiosRequestConfig, isAxiosError, isCancel } from 'axios';
import { FormData as UndiciFormData } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type UndiciAdapter, undiciAdapter } from '../../../src/http/undici/index.js';
import { startWireServer, type WireServer } from './wire-server.js';

let server: WireServer;
let other: WireServer;
let undici: UndiciAdapter;

beforeAll(async () => {
  server = await startWireServer();
  other = await startWireServer();
  undici = undiciAdapter();
});

afterAll(async () => {
  await undici.close();
  await Promise.all([server.close(), other.close()]);
});

type Config = AxiosRequestConfig | (() => AxiosRequestConfig);

/** Header fields that belong to a connection, and to how its client keeps it. */
const ofConnections = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding']);

function fields(headers: object): unknown {
  const kept = Object.entries(headers).filter(([name]) => !ofConnections.has(name.toLowerCase()));
  return Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value]));
}

async function shown(data: unknown): Promise<unknown> {
  if (data instanceof Readable) return { stream: await text(data).catch(() => 'broken') };
  return data;
}

/** Boundaries are drawn anew each time; of the same length, so that lengths can be compared. */
function withoutBoundaries<T>(value: T): T {
  const drawn = /(?:boundary-[\w-]{25}|-{24}[\da-f]{24})/g;
  return value === undefined ? value : JSON.parse(JSON.stringify(value).replaceAll(drawn, 'boundary'));
}

/** Ours tells the URL without the user and the password in it, and also where there was no redirect to follow. */
function urlIn(request: { readonly res: { readonly responseUrl?: string } }): string | undefined {
  return request.res.responseUrl?.replace(/\/\/[^/]*@/, '//');
}

/** All that a user can see of a request, and all that its server saw. */
async function run(config: Config, adapter: AxiosAdapter | 'http') {
  const asked = typeof config === 'function' ? config() : config;
  server.forget();
  other.forget();
  const outcome = await axios.request({ baseURL: server.url, ...asked, adapter }).then(
    async ({ status, statusText, headers, data, request }) => {
      const url = request && asked.maxRedirects !== 0 ? urlIn(request) : undefined;
      return { status, statusText, headers: fields(headers), data: await shown(data), url };
    },
    async (error) => {
      if (!isAxiosError(error)) return { raw: error.code ?? error.message };
      const { code, name, message, status, response } = error;
      const headers = response && fields(response.headers);
      const answer = response && { status: response.status, data: await shown(response.data), headers };
      return { code, name, status, answer, canceled: isCancel(error), message: told.has(String(code)) && message };
    },
  );
  const seen = [...server.seen, ...other.seen].map((request) => ({ ...request, headers: fields(request.headers) }));
  return {
    outcome: { ...outcome, ...('data' in outcome && { data: plainly(outcome.data) }) },
    seen: withoutBoundaries(seen),
  };
}

/** Bytes are compared as they are. */
function plainly(data: unknown): unknown {
  return Buffer.isBuffer(data) ? data : withoutBoundaries(data);
}

/** Codes whose messages axios writes itself; those of others are the system's. */
const told = new Set([
  'ERR_BAD_REQUEST',
  'ERR_BAD_RESPONSE',
  'ERR_CANCELED',
  'ECONNABORTED',
  'ERR_FR_TOO_MANY_REDIRECTS',
  'ERR_FR_REDIRECTION_FAILURE',
]);

const cases: Record<string, Config> = {
  'a GET': { url: '/echo' },
  'params, with their own rules of encoding': {
    url: '/echo?a=1#part',
    params: { q: "it's a [b]:c,d$ +é", list: [1, 2], at: new Date(0), none: null },
  },
  'a serializer of params': { url: '/echo', params: { a: 1 }, paramsSerializer: { serialize: () => 'made=by%20hand' } },
  'an absolute URL': () => ({ url: `${server.url}/echo`, baseURL: 'http://127.0.0.1:1' }),
  'odd characters in the path': { url: "/echo/a b/ü/it's" },
  'a HEAD': { url: '/text', method: 'head' },
  'an OPTIONS': { url: '/echo', method: 'options' },
  'a DELETE with a body': { url: '/echo', method: 'delete', data: { a: 1 } },
  'a POST without a body': { url: '/echo', method: 'post' },
  'a POST of an object': { url: '/echo', method: 'post', data: { name: 'Grüße' } },
  'a PUT of a text': { url: '/echo', method: 'put', data: 'a text', headers: { 'content-type': 'text/plain' } },
  'a POST of an empty text': { url: '/echo', method: 'post', data: '' },
  'a POST of bytes': { url: '/echo', method: 'post', data: Buffer.from('bytes') },
  'a POST of an ArrayBuffer': { url: '/echo', method: 'post', data: new TextEncoder().encode('buffer').buffer },
  'a POST of parameters': { url: '/echo', method: 'post', data: new URLSearchParams({ a: '1', b: 'ü' }) },
  'a POST of a Blob': { url: '/echo', method: 'post', data: new Blob(['blob'], { type: 'text/csv' }) },
  'a POST of a Blob without a type': { url: '/echo', method: 'post', data: new Blob(['blob']) },
  'a POST of a stream': () => ({ url: '/echo', method: 'post', data: Readable.from(['st', 'ream']) }),
  'a POST of a form with files': () => {
    const data = new FormData();
    data.append('a "name"\n', 'line 1\nline 2');
    data.append('file', new File(['content'], 'na"me.txt', { type: 'text/plain' }));
    data.append('blob', new Blob(['more']));
    return { url: '/echo', method: 'post', data };
  },
  'a POST of a form of another copy of its class': () => {
    const data = new UndiciFormData();
    data.append('a', '1');
    return { url: '/echo', method: 'post', data };
  },
  'a form with a boundary of its own': () => {
    const data = new FormData();
    data.append('a', '1');
    return {
      url: '/echo',
      method: 'post',
      data,
      headers: { 'content-type': 'multipart/form-data; boundary=myownboundary1' },
    };
  },
  'a POST of a form that axios makes': {
    url: '/echo',
    method: 'post',
    data: { a: '1', b: ['2', '3'] },
    headers: { 'content-type': 'multipart/form-data' },
  },
  'data of a kind that cannot be sent': {
    url: '/echo',
    method: 'post',
    data: { a: 1 },
    transformRequest: [(data) => data],
  },
  'header fields in any case': {
    url: '/echo',
    headers: { 'X-One': 'one', 'x-two': ' two ', 'X-None': null as never, Accept: 'text/html' },
  },
  'header fields with what may not be in them': {
    url: '/echo',
    headers: { 'x-odd': 'a\u0001b\u263ac', 'x-latin': 'ä' },
  },
  'no user agent': { url: '/echo', headers: { 'User-Agent': false as never, 'Accept-Encoding': false as never } },
  'basic authentication': {
    url: '/echo',
    auth: { username: 'jane', password: 'p:ä' },
    headers: { authorization: 'Bearer stays out' },
  },
  'credentials in the URL': () => ({ url: `http://jane%40example:p%20w@127.0.0.1:${server.port}/echo` }),
  'a text': { url: '/text' },
  'a text that begins with a byte order mark': { url: '/bom' },
  JSON: { url: '/json' },
  'JSON as text': { url: '/json', responseType: 'text', transformResponse: [] },
  'JSON that is none, where it was asked for': {
    url: '/bad-json',
    responseType: 'json',
    transitional: { silentJSONParsing: false },
  },
  'JSON that is none': { url: '/bad-json' },
  'another encoding': { url: '/latin1', responseEncoding: 'latin1' },
  bytes: { url: '/bytes', responseType: 'arraybuffer' },
  'a stream': { url: '/text', responseType: 'stream' },
  'a stream that was compressed': { url: '/gzip', responseType: 'stream' },
  'no content': { url: '/empty' },
  'header fields that come more than once': { url: '/cookies' },
  'a single cookie': { url: '/one-cookie' },
  'header fields beyond ASCII': { url: '/names' },
  'a reason of the server’s own': { url: '/reason' },
  'hints before the answer': { url: '/early' },
  gzip: { url: '/gzip' },
  'gzip by its old name': { url: '/x-gzip' },
  brotli: { url: '/br' },
  deflate: { url: '/deflate' },
  'deflate without its header': { url: '/deflate-raw' },
  'an encoding that changes nothing': { url: '/identity' },
  'gzip that stays as it is': { url: '/gzip', decompress: false, responseType: 'arraybuffer' },
  'gzip of nothing, for a HEAD': { url: '/gzip', method: 'head' },
  'status 404': { url: '/status/404' },
  'status 503': { url: '/status/503' },
  'status 503 where it is accepted': { url: '/status/503', validateStatus: null },
  'status 304': { url: '/status/304' },
  'an answer that may not be so large': { url: '/text', maxContentLength: 3 },
  'an answer that is just as large as it may be': { url: '/text', maxContentLength: 7 },
  'an answer that is too large once decompressed': { url: '/bomb', maxContentLength: 100_000 },
  'a stream that is too large': { url: '/gzip', responseType: 'stream', maxContentLength: 10 },
  'a body that is too large to be sent': { url: '/echo', method: 'post', data: 'x'.repeat(100), maxBodyLength: 10 },
  'a body that is just as large as it may be': {
    url: '/echo',
    method: 'post',
    data: 'x'.repeat(10),
    maxBodyLength: 10,
  },
  'a stream that is too large to be sent': () => ({
    ...{ url: '/echo', method: 'post', maxBodyLength: 10 },
    data: Readable.from(['x'.repeat(8), 'x'.repeat(8)]),
  }),
  'a redirect after a GET': { url: '/redirect/302' },
  'a redirect after a POST, with 301': { url: '/redirect/301', method: 'post', data: { a: 1 } },
  'a redirect after a PUT, with 302': { url: '/redirect/302', method: 'put', data: { a: 1 } },
  'a redirect after a PUT, with 303': { url: '/redirect/303', method: 'put', data: { a: 1 } },
  'a redirect after a HEAD, with 303': { url: '/redirect/303', method: 'head' },
  'a redirect after a POST, with 307': { url: '/redirect/307', method: 'post', data: { a: 1 } },
  'a redirect after a POST of a form, with 308': () => {
    const data = new FormData();
    data.append('a', '1');
    return { url: '/redirect/308', method: 'post', data };
  },
  'a redirect with parameters': { url: '/redirect/302?to=%2Fecho%3Fb%3D2', params: { a: 1 } },
  'a redirect that is not followed': { url: '/redirect/302', maxRedirects: 0, validateStatus: () => true },
  'a redirect that is no answer': { url: '/redirect/302', maxRedirects: 0 },
  'a redirect with a large body': { url: '/large-redirect' },
  'redirects without an end': { url: '/loop', maxRedirects: 3 },
  'a redirect to nowhere': { url: '/no-location', validateStatus: () => true },
  'a redirect to another scheme': { url: '/to-ftp' },
  'credentials that stay with their origin': () => ({
    url: `/redirect/302?to=${encodeURIComponent(`${other.url}/echo`)}`,
    headers: {
      Authorization: 'Bearer secret',
      Cookie: 'a=1',
      'Proxy-Authorization': 'Basic no',
      'X-Api-Key': 'key',
      'X-Other': 'stays',
    },
    sensitiveHeaders: ['x-api-key'],
  }),
  'credentials of basic authentication, which stay with their origin': () => ({
    url: `/redirect/302?to=${encodeURIComponent(`${other.url}/echo`)}`,
    auth: { username: 'jane', password: 'doe' },
  }),
  'credentials that are sent again to the same origin': {
    url: '/redirect/302',
    auth: { username: 'jane', password: 'doe' },
    headers: { Cookie: 'a=1', 'X-Api-Key': 'key' },
    sensitiveHeaders: ['X-Api-Key'],
  },
  'a redirect that the user has seen and changed': {
    url: '/redirect/302',
    beforeRedirect: (options, response) => {
      options.headers['x-status'] = String(response.statusCode);
    },
  },
  'a redirect that the user forbids': {
    url: '/redirect/302',
    beforeRedirect: () => {
      throw new Error('not there');
    },
  },
  'an answer that is no HTTP': { url: '/rubbish' },
  'a connection that is reset': { url: '/reset' },
  'a connection that is reset on a PUT': { url: '/reset?a=1', method: 'put', data: 'sent' },
  'an answer that breaks off': { url: '/cut' },
  'a stream that breaks off': { url: '/cut', responseType: 'stream' },
  'an answer that cannot be decompressed': { url: '/corrupt' },
  'nobody at home': { url: '/', baseURL: 'http://127.0.0.1:1' },
  'a name that does not exist': { url: '/', baseURL: 'http://nobody.invalid' },
  'an answer that never comes': { url: '/never', timeout: 50 },
  'an answer that never comes, by its clear name': {
    url: '/never',
    timeout: 50,
    transitional: { clarifyTimeoutError: true },
  },
  'an answer that never comes, in words of the user’s': { url: '/never', timeout: 50, timeoutErrorMessage: 'too slow' },
  'a timeout that is no number': { url: '/echo', timeout: 'soon' as never },
  'a signal that is aborted later': () => ({ url: '/never', signal: AbortSignal.timeout(30) }),
  'a signal that is aborted already': { url: '/echo', signal: AbortSignal.abort() },
  'a cancel token': () => {
    const source = axios.CancelToken.source();
    setTimeout(() => source.cancel('no longer needed'), 30);
    return { url: '/never', cancelToken: source.token };
  },
  'a body that fails': () => ({
    ...{ url: '/echo', method: 'post' },
    data: new Readable({
      read() {
        this.destroy(Object.assign(new Error('no more'), { code: 'EOWN' }));
      },
    }),
  }),
  'a body that ends before it is done': () => ({
    ...{ url: '/echo', method: 'post' },
    data: new Readable({
      read() {
        this.destroy();
      },
    }),
  }),
  'a URL that is none': { url: 'http://', baseURL: '' },
  'a scheme that nobody knows': { url: 'gopher://127.0.0.1/' },
  'a data URL': { url: 'data:text/plain;base64,SGk=' },
};

describe('undiciAdapter() and axios’s own adapter do the same for', () => {
  it.each(Object.entries(cases))('%s', async (_, config) => {
    const theirs = await run(config, 'http');
    const ours = await run(config, undici);

    expect(ours).toEqual(theirs);
  });
});
