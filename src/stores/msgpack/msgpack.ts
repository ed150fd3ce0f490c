import { Packr, Unpackr } from 'msgpackr';
import type { Serializer } from '../../policies/cache/index.js';
import { msgpackFormat, readBy, refuseAltered, SerializationError, unreadable, writeBy } from '../serializers/index.js';
import { dropEmptyCauses } from './causes.js';

/**
 * Keeps values as MessagePack, by msgpackr and with its extensions: also Date, Map, Set, bigint, typed arrays, undefined, errors and cycles. Each
 * entry can be read without any other.
 */
export function msgpack(): Serializer {
  return packedValues;
}

const { name } = msgpackFormat;

/** Stands in front: MessagePack never uses this byte, hence no other text or number is taken for an entry. */
const mark = 0xc1;

/** One writes and the other reads, so that nothing which the one has learned of shapes is needed by the other. */
const packr = new Packr({ structuredClone: true });
const unpackr = new Unpackr({ structuredClone: true, copyBuffers: true });

const packedValues: Serializer = {
  label: 'msgpack',

  serialize(value) {
    return writeBy(name, () => {
      refuseAltered(value, msgpackFormat);
      const packed = packr.pack(value);
      const bytes = new Uint8Array(packed.byteLength + 1); // msgpackr's buffer holds other values too
      bytes[0] = mark;
      bytes.set(packed, 1);
      return bytes;
    });
  },

  deserialize(bytes) {
    return readBy(name, () => {
      if (bytes[0] !== mark) throw new SerializationError(`${name} did not write these bytes`);
      const packed = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1);
      const value: unknown = unpackr.unpack(packed);
      if (packed.includes(mark)) refuseMarksIn(value);
      dropEmptyCauses(value, packed);
      return value;
    });
  },
};

/** msgpackr reads a byte that is never used as an object of its own; such a value was never written. */
function refuseMarksIn(value: unknown): void {
  try {
    refuseAltered(value, msgpackFormat);
  } catch (error) {
    throw unreadable(name, error);
  }
}
