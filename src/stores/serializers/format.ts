import type { Kind } from './kind.js';

/** What a serializer keeps as it is; it refuses everything else. */
export interface Format {
  /** How the user asks for it: `json()`. */
  readonly name: string;
  readonly keeps: ReadonlySet<Kind>;
  /** Names of properties that it cannot write. */
  readonly reserved: readonly string[];
}

const values: readonly Kind[] = ['undefined', 'NaN or Infinity', '-0', 'bigint', 'lone surrogate'];
const classes: readonly Kind[] = ['Date', 'Map', 'Set', 'RegExp', 'ArrayBuffer', 'DataView', 'typed array', 'Buffer'];

/** JSON text, as everybody writes it. */
export const plainJson: Format = {
  name: 'json()',
  keeps: new Set<Kind>(['lone surrogate', 'reserved property name']),
  reserved: [],
};

/** JSON text with types, as devalue writes it. */
export const typedJson: Format = {
  name: 'json({ types: true })',
  keeps: new Set<Kind>([
    ...values,
    ...classes,
    'Float16Array',
    'URL',
    'URLSearchParams',
    'object without prototype',
    'hole in an array',
    'cycle',
  ]),
  reserved: ['__proto__'],
};

/** The structured clone of V8. */
export const structuredFormat: Format = {
  name: 'structured()',
  keeps: new Set<Kind>([
    ...values,
    ...classes,
    'Float16Array',
    'Error',
    'object without prototype',
    'hole in an array',
    'named property of an array',
    'reserved property name',
    'cycle',
  ]),
  reserved: [],
};

/** MessagePack, as msgpackr writes it. */
export const msgpackFormat: Format = {
  name: 'msgpack()',
  keeps: new Set<Kind>(['undefined', 'NaN or Infinity', 'bigint', ...classes, 'Error', 'cycle']),
  reserved: ['__proto__', '__keys__'],
};

/** The serializers without further packages that keep what another cannot. */
export function keepersOf(kind: Kind): string[] {
  return [typedJson, structuredFormat].filter(({ keeps }) => keeps.has(kind)).map(({ name }) => name);
}
