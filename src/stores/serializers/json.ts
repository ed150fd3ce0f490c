import { flag, optional, options } from '../../core/index.js';
import type { Serializer } from '../../policies/cache/index.js';
import { refuseAltered } from './faithful.js';
import { plainJson } from './format.js';
import { readBy, writeBy } from './serialization-error.js';
import { decodeText, encodeText } from './text.js';
import { typedJsonText } from './typed-json.js';

/** How JSON text is written. */
export interface JsonOptions {
  /**
   * Also keeps what JSON has no form for: Date, Map, Set, bigint, undefined, NaN, URL, RegExp, typed arrays, cycles and repeated references. The
   * text is then devalue's, which other programs do not read.
   * @default false
   */
  readonly types?: boolean;
}

const jsonOptions = options<JsonOptions>()('json()', { types: optional(flag(), false) });

/**
 * Keeps values as JSON text: readable by every program and by people. It refuses what JSON would alter; only a property that is undefined is
 * left out.
 */
export function json(given: JsonOptions = {}): Serializer {
  const { types } = jsonOptions.complete(jsonOptions.check(given, undefined, json), '');
  return types ? typedJsonText : plainJsonText;
}

const plainJsonText: Serializer = {
  label: 'json',

  serialize(value) {
    return writeBy(plainJson.name, () => {
      refuseAltered(value, plainJson);
      return encodeText(JSON.stringify(value));
    });
  },

  deserialize(bytes) {
    return readBy(plainJson.name, () => JSON.parse(decodeText(bytes)));
  },
};
