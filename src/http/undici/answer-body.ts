import { finished, Readable } from 'node:stream';
import { AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { Clock } from '../../core/index.js';
import { decompressed, isCompressed } from './decompression.js';
import type { BodyUse, Incoming } from './exchange.js';
import { withProgress } from './progress.js';

/** Says how the body of an answer is to be read: what is neither handed on nor changed on its way needs no stream. */
export function bodyUse(config: InternalAxiosRequestConfig, encoding: string | undefined): BodyUse {
  const changed = (config.decompress !== false && isCompressed(encoding)) || config.onDownloadProgress !== undefined;
  return changed || config.responseType === 'stream' ? 'stream' : 'collect';
}

/** The most bytes that the body of an answer may have; Infinity for no limit. */
export function maxContent({ maxContentLength }: InternalAxiosRequestConfig): number {
  return maxContentLength === undefined || maxContentLength < 0 ? Number.POSITIVE_INFINITY : maxContentLength;
}

/** The error for a body that has more. */
export function tooLarge(config: InternalAxiosRequestConfig, request: unknown): AxiosError {
  const message = `maxContentLength size of ${config.maxContentLength} exceeded`;
  return new AxiosError(message, AxiosError.ERR_BAD_RESPONSE, config, request);
}

/** The body as a stream: decompressed, with its progress told, and with no more bytes than it may have. */
export function bodyStream(incoming: Incoming, config: InternalAxiosRequestConfig, clock: Clock): Readable {
  const { headers } = incoming;
  const listener = config.onDownloadProgress;
  const length = Number(headers['content-length'] ?? Number.NaN);
  const total = Number.isFinite(length) ? length : undefined;
  const raw = incoming.stream as Readable;
  const told = listener ? withProgress(raw, { clock, listener, total, direction: 'download' }) : raw;
  return config.decompress === false ? told : decompressed(told, encodingOf(headers));
}

/** The same bytes, but an error in the place of those that are too many. */
export function bounded(body: Readable, { config, request }: AxiosResponse): Readable {
  const limit = maxContent(config);
  if (limit === Number.POSITIVE_INFINITY) return body;
  const counted = Readable.from(
    counting(body, limit, () => tooLarge(config, request)),
    { objectMode: false },
  );
  finished(counted, () => body.destroy());
  return counted;
}

/** Reads all of a stream. */
export async function collect(body: Readable, { config, request }: AxiosResponse): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of counting(body, maxContent(config), () => tooLarge(config, request))) chunks.push(chunk);
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** What axios's transforms are given. */
export function dataOf(bytes: Buffer, { config, headers }: AxiosResponse): unknown {
  const { responseType, responseEncoding = 'utf8' } = config;
  if (responseType === 'arraybuffer') return bytes;
  if (responseType === 'blob') return new Blob([bytes as never], { type: String(headers['content-type'] ?? '') });
  const text = bytes.toString(responseEncoding as BufferEncoding);
  return responseEncoding === 'utf8' && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** How a body is compressed. */
export function encodingOf(headers: Incoming['headers']): string | undefined {
  return headers['content-encoding'] as string | undefined;
}

async function* counting(body: Readable, limit: number, error: () => Error): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw error();
    yield chunk;
  }
}
