import { show } from '../../core/index.js';
import { type Format, keepersOf } from './format.js';
import type { Kind } from './kind.js';
import { SerializationError } from './serialization-error.js';

/** Something in a value that would come back altered. */
export interface Fault {
  readonly kind: Kind;
  /** As one would name it: 'a Date', 'an instance of Money'. */
  readonly what: string;
  /** Where it is, from the value on: `.items[3].createdAt`. */
  readonly path: string;
}

export function faultOf(kind: Kind, value: unknown): Fault {
  return { kind, what: nounOf(kind, value), path: '' };
}

/** The same fault, seen from what is around. */
export function below(step: string, fault: Fault): Fault {
  return { ...fault, path: step + fault.path };
}

/** The step to a property, as one would write it. */
export function property(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Says what cannot be kept, where it is, and what helps. */
export function refusal({ kind, what, path }: Fault, format: Format): SerializationError {
  const where = path.startsWith('.') ? path.slice(1) : path;
  const subject = where === '' ? `the value, which is ${what}` : `${inShort(where)}, which is ${what}`;
  return new SerializationError(`${format.name} cannot keep ${subject}: ${wayOut(kind)}`, { path: where });
}

/** The place where a path begins and the one where it ends matter most. */
function inShort(path: string): string {
  return path.length > 200 ? `${path.slice(0, 100)}…${path.slice(-100)}` : path;
}

function wayOut(kind: Kind): string {
  if (kind === 'depth') return 'no serializer goes deeper than 1000 levels';
  const keepers = keepersOf(kind);
  return keepers.length > 0 ? `use ${keepers.join(' or ')}` : 'no serializer can, so let the method return plain data';
}

function nounOf(kind: Kind, value: unknown): string {
  switch (kind) {
    case 'undefined':
    case 'NaN or Infinity':
    case '-0':
    case 'symbol':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return show(value);
    case 'lone surrogate':
      return 'text with half a surrogate pair';
    case 'class instance':
      return `an instance of ${classOf(value as object)}`;
    case 'symbol property':
      return `an object with the property ${String(value)}`;
    case 'extra property':
      return `an object with the property '${String(value)}', which its class does not have`;
    case 'cycle':
      return 'a reference to an object around it';
    case 'cycle through an error':
      return 'a reference to an error around it';
    case 'shared memory':
      return 'a view of shared memory';
    case 'depth':
      return 'nested too deeply';
    case 'typed array':
      return `a ${(value as Uint8Array)[Symbol.toStringTag]}`;
    default:
      return withArticle(kind);
  }
}

function withArticle(kind: Kind): string {
  return `${/^[AEIO]/i.test(kind) ? 'an' : 'a'} ${kind}`; // 'a URL'
}

function classOf(value: object): string {
  const { constructor: made } = value as { readonly constructor?: unknown };
  return typeof made === 'function' && made.name !== '' ? made.name : 'a class without a name';
}
