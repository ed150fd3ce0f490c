import { parse, type StringifyOptions, stringify } from 'devalue';
import type { Serializer } from '../../policies/cache/index.js';
import { refuseAltered } from './faithful.js';
import { typedJson } from './format.js';
import { readBy, SerializationError, writeBy } from './serialization-error.js';
import { decodeText, encodeText } from './text.js';

/** Stands in front: plain JSON never begins so, hence neither form is taken for the other. */
const mark = '!';

/** JSON text by devalue. */
export const typedJsonText: Serializer = {
  label: 'json+types',

  serialize(value) {
    return writeBy(typedJson.name, () => {
      refuseAltered(value, typedJson);
      return encodeText(mark + stringify(value, reducers, writing));
    });
  },

  deserialize(bytes) {
    return readBy(typedJson.name, () => {
      const text = decodeText(bytes);
      if (!text.startsWith(mark)) throw new SerializationError(`${typedJson.name} did not write these bytes`);
      return parse(text.slice(mark.length), revivers);
    });
  },
};

const reducers = { Buffer: (value: unknown) => Buffer.isBuffer(value) && new Uint8Array(value) };
const revivers = { Buffer: ({ buffer }: Uint8Array) => Buffer.from(buffer) };

/** A view is written with its own bytes alone, and not with all of the memory that it is a part of. */
const writing: StringifyOptions = {
  operations: {
    viewInfo: (view: ArrayBufferView) => {
      const { buffer, byteLength } = bytesOf(view);
      return { buffer, byteOffset: 0, byteLength, length: byteLength, bufferByteLength: byteLength };
    },
  },
};

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
