import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import axios from 'axios';

/** A form as `multipart/form-data` (RFC 7578), whose bytes can be had more than once. */
export interface Multipart {
  readonly type: string;
  readonly length: number;
  open(): Readable;
}

const newline = '\r\n';

/** Encodes a form; `boundary` is the user's own, if there is one. */
export function multipart(
  form: FormData,
  boundary = `axios-${axios.VERSION}-boundary-${randomBytes(19).toString('base64url').slice(0, 25)}`,
): Multipart {
  const parts = [...form.entries()].map(([name, value]) => partOf(name, value));
  const before = Buffer.from(`--${boundary}${newline}`);
  const end = Buffer.from(`--${boundary}--${newline}`);
  const sizes = parts.map(({ head, size }) => before.length + head.length + size + newline.length);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length: sizes.reduce((total, size) => total + size, end.length),
    open: () => Readable.from(bytesOf(parts, before, end), { objectMode: false }),
  };
}

interface Part {
  readonly head: Buffer;
  readonly size: number;
  readonly content: Buffer | Blob;
}

async function* bytesOf(parts: readonly Part[], before: Buffer, end: Buffer): AsyncGenerator<Uint8Array> {
  for (const { head, content } of parts) {
    yield before;
    yield head;
    if (content instanceof Blob) yield* content.stream();
    else yield content;
    yield Buffer.from(newline);
  }
  yield end;
}

function partOf(name: string, value: string | File): Part {
  const disposition = `Content-Disposition: form-data; name="${escaped(name)}"`;
  if (typeof value === 'string') {
    const content = Buffer.from(value.replace(/\r?\n|\r\n?/g, newline));
    return { content, size: content.length, head: Buffer.from(disposition + newline + newline) };
  }
  const filename = value.name ? `; filename="${escaped(value.name)}"` : '';
  const type = (value.type || 'application/octet-stream').replace(/[\r\n]/g, '');
  const head = `${disposition}${filename}${newline}Content-Type: ${type}${newline}${newline}`;
  return { content: value, size: value.size, head: Buffer.from(head) };
}

/** What would end a quoted name early is written in percent signs, as browsers do it. */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
