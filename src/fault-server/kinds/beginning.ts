import { count, maybe } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { bodyOf, headOf } from '../exchange/wire.js';

/** How much of an answer leaves before something goes wrong. */
export interface Beginning {
  readonly at: 'head' | 'body';
  /** Bytes of the part that is cut; half of it when undefined. */
  readonly bytes: number | undefined;
}

/** Checks how many bytes of a part leave. */
export const beginningBytes = () => maybe(count({ max: 2 ** 30 }));

/** A rule between `at` and `bytes`: where no part is cut, there is nothing to count. */
export function bytesNeedPart({ at, bytes }: { readonly at: string; readonly bytes: number | undefined }) {
  if (bytes === undefined || at === 'head' || at === 'body') return undefined;
  return { option: 'bytes', rule: `goes with at: 'head' or 'body' only, not with '${at}'`, value: bytes };
}

/** The beginning of an answer, never all of it: where there is no body, the head is cut. */
export function beginningOf(answer: Answer, bodiless: boolean, { at, bytes }: Beginning): Buffer {
  const head = Buffer.from(headOf(answer), 'latin1');
  const body = bodiless ? Buffer.alloc(0) : bodyOf(answer);
  if (at === 'body' && body.length > 0) return Buffer.concat([head, cut(body, bytes)]);
  return cut(head, at === 'head' ? bytes : undefined);
}

function cut(part: Buffer, bytes = Math.floor(part.length / 2)): Buffer {
  return part.subarray(0, Math.min(bytes, part.length - 1));
}
