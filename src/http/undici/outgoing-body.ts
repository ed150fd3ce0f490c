import { PassThrough, pipeline, Readable, Transform } from 'node:stream';
import { promisify } from 'node:util';
import { AxiosError, type AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import { multipart } from './multipart.js';

/** What is sent besides the head of a request. */
export interface OutgoingBody {
  /** It can be sent once more, to where a redirect leads. */
  readonly replayable: boolean;
  /** How long it is, where that is known. */
  readonly length: number | undefined;
  open(): Buffer | Readable | null;
}

/** No body at all. */
export const noBody: OutgoingBody = { replayable: true, length: 0, open: () => null };

/** Reads what axios's transforms have made of the data, and sets the header fields that describe it. */
export async function outgoingBody(config: InternalAxiosRequestConfig, headers: AxiosHeaders): Promise<OutgoingBody> {
  const data: unknown = config.data;
  if (data === undefined || data === null || data === '' || data === false || data === 0) return noBody;
  if (hasOwnHeaders(data)) return foreignFormBody(data, config, headers);
  if (isForm(data)) return formBody(data, headers);
  if (data instanceof Blob) return blobBody(data, headers);
  if (isStream(data)) return streamBody(data, config);
  if (data instanceof ReadableStream) return streamBody(Readable.fromWeb(data as never), config);
  return bytesBody(data, config, headers);
}

function bytesBody(data: unknown, config: InternalAxiosRequestConfig, headers: AxiosHeaders): OutgoingBody {
  const bytes = toBytes(data);
  if (bytes === undefined) {
    const rule = 'Data after transformation must be a string, an ArrayBuffer, a Buffer, or a Stream';
    throw new AxiosError(rule, AxiosError.ERR_BAD_REQUEST, config);
  }
  headers.setContentLength(bytes.length, false);
  if (bytes.length > limitOf(config)) throw tooLong(config);
  return { replayable: true, length: bytes.length, open: () => bytes };
}

function toBytes(data: unknown): Buffer | undefined {
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return typeof data === 'string' ? Buffer.from(data) : undefined;
}

function formBody(data: FormData, headers: AxiosHeaders): OutgoingBody {
  const own = /boundary=([-_\w\d]{10,70})/i.exec(String(headers.getContentType() ?? ''))?.[1];
  const { type, length, open } = multipart(data, own);
  headers.set({ 'Content-Type': type, 'Content-Length': String(length) });
  return { replayable: true, length, open };
}

function blobBody(data: Blob, headers: AxiosHeaders): OutgoingBody {
  if (data.size > 0) headers.setContentType(data.type || 'application/octet-stream');
  headers.setContentLength(data.size);
  return { replayable: true, length: data.size, open: () => Readable.fromWeb(data.stream() as never) };
}

/** A form of the package `form-data`, as axios's own helpers make it. */
interface ForeignForm extends NodeJS.ReadableStream {
  getHeaders(): Record<string, string>;
  getLength?(callback: (error: Error | null, length: number) => void): void;
}

async function foreignFormBody(
  data: ForeignForm,
  config: InternalAxiosRequestConfig,
  headers: AxiosHeaders,
): Promise<OutgoingBody> {
  const described = Object.entries(data.getHeaders());
  const kept = config.formDataHeaderPolicy === 'content-only' ? described.filter(isOfContent) : described;
  headers.set(Object.fromEntries(kept));
  if (!headers.hasContentLength() && data.getLength) {
    const length = await promisify(data.getLength)
      .call(data)
      .catch(() => undefined); // unknown: it goes in chunks
    if (typeof length === 'number' && length >= 0) headers.setContentLength(length);
  }
  return streamBody(data, config);
}

function isOfContent([name]: readonly [string, string]): boolean {
  return /^content-(?:type|length)$/i.test(name);
}

function streamBody(data: NodeJS.ReadableStream, config: InternalAxiosRequestConfig): OutgoingBody {
  const open = () => {
    const limit = limitOf(config);
    if (data instanceof Readable && limit === Number.POSITIVE_INFINITY) return data;
    const counted = limit === Number.POSITIVE_INFINITY ? new PassThrough() : limited(limit, config);
    return pipeline(data, counted, () => undefined); // what fails is told by the stream itself
  };
  return { replayable: false, length: undefined, open };
}

function limited(limit: number, config: InternalAxiosRequestConfig): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      sent += chunk.length;
      if (sent > limit) done(tooLong(config));
      else done(null, chunk);
    },
  });
}

function limitOf({ maxBodyLength }: InternalAxiosRequestConfig): number {
  return maxBodyLength === undefined || maxBodyLength < 0 ? Number.POSITIVE_INFINITY : maxBodyLength;
}

function tooLong(config: InternalAxiosRequestConfig): AxiosError {
  return new AxiosError('Request body larger than maxBodyLength limit', AxiosError.ERR_BAD_REQUEST, config);
}

/** A form of the standard, of whatever copy of its class. */
function isForm(data: unknown): data is FormData {
  return (
    Object.prototype.toString.call(data) === '[object FormData]' && typeof (data as FormData).entries === 'function'
  );
}

function hasOwnHeaders(data: unknown): data is ForeignForm {
  return isStream(data) && typeof (data as Partial<ForeignForm>).getHeaders === 'function';
}

function isStream(data: unknown): data is NodeJS.ReadableStream {
  return typeof (data as { readonly pipe?: unknown }).pipe === 'function';
}
