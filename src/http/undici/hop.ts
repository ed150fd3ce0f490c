import { resolve } from 'node:path';
import axios, { Axios, AxiosError, AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import { zstd } from './decompression.js';
import type { OutgoingBody } from './outgoing-body.js';

/** Header fields as they go over the wire. */
export type WireHeaders = Record<string, string | string[]>;

/** One request on its way to one place; a redirect makes another. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  /** Path and parameters, as they were written. */
  readonly path: string;
  readonly headers: WireHeaders;
  /** User and password of basic authentication; undefined for none. */
  readonly auth: string | undefined;
  readonly body: OutgoingBody;
}

/** Builds URLs as axios does, without anybody's defaults. */
const bare = new Axios({});

/** Where a request goes, and as whom. */
export function targetOf(config: InternalAxiosRequestConfig): Pick<Hop, 'url' | 'path' | 'auth'> {
  const { url: written = '', baseURL, allowAbsoluteUrls = true, params, paramsSerializer, socketPath } = config;
  const full = bare.getUri({ url: written, allowAbsoluteUrls, ...(baseURL !== undefined && { baseURL }) });
  const url = new URL(full, socketPath ? 'http://localhost' : undefined);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AxiosError(`Unsupported protocol ${url.protocol}`, AxiosError.ERR_BAD_REQUEST, config);
  }
  const auth = authOf(config, url);
  url.username = '';
  url.password = '';
  url.hash = '';
  const serializer = paramsSerializer === undefined ? {} : { paramsSerializer };
  return { url, auth, path: pathOf(config, { url: url.pathname + url.search, params, ...serializer }) };
}

/** The header fields of a request, with those that axios adds by itself. */
export function headersOf(config: InternalAxiosRequestConfig): AxiosHeaders {
  const headers = AxiosHeaders.from(config.headers as AxiosHeaders).normalize(false);
  headers.set('User-Agent', `axios/${axios.VERSION}`, false);
  const withZstd = zstd !== undefined && config.transitional?.advertiseZstdAcceptEncoding === true;
  headers.set('Accept-Encoding', `gzip, compress, deflate, br${withZstd ? ', zstd' : ''}`, false);
  return headers;
}

/** Header fields with nothing in them that may not go over the wire. */
export function wireHeaders(headers: AxiosHeaders): WireHeaders {
  const fields = Object.entries(headers.toJSON()) as [string, unknown][];
  return Object.fromEntries(
    fields.map(([name, value]) => [name, Array.isArray(value) ? value.map(wireText) : wireText(value)]),
  );
}

/** Checks the path of a Unix socket; undefined where the request goes over the network. */
export function socketPathOf(config: InternalAxiosRequestConfig): string | undefined {
  const { socketPath, allowedSocketPaths } = config;
  if (!socketPath) return undefined;
  const wrong = (rule: string) => new AxiosError(rule, AxiosError.ERR_BAD_OPTION_VALUE, config);
  if (typeof socketPath !== 'string') throw wrong('socketPath must be a string');
  if (allowedSocketPaths === undefined || allowedSocketPaths === null) return socketPath;
  const isAllowed = [allowedSocketPaths].flat().some((path) => resolve(path) === resolve(socketPath));
  if (isAllowed) return socketPath;
  throw wrong(`socketPath "${socketPath}" is not permitted by allowedSocketPaths`);
}

function pathOf(config: InternalAxiosRequestConfig, parts: Parameters<Axios['getUri']>[0]): string {
  try {
    return bare.getUri(parts);
  } catch (error) {
    const facts = { url: config.url, exists: true };
    throw AxiosError.from(error, AxiosError.ERR_BAD_REQUEST, config, null, undefined, facts);
  }
}

function authOf({ auth }: InternalAxiosRequestConfig, { username, password }: URL): string | undefined {
  if (auth) return `${auth.username || ''}:${auth.password || ''}`;
  return username || password ? `${decoded(username)}:${decoded(password)}` : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that encodes nothing stands for itself, as axios has it
  }
}

function wireText(value: unknown): string {
  return String(value)
    .replace(/[^\t\x20-\x7e\x80-\xff]+/g, '')
    .replace(/^[\t ]+|[\t ]+$/g, '');
}
