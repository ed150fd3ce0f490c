import type { Serializer } from '../../policies/cache/index.js';
import { refuseAltered } from './faithful.js';
import { structuredFormat } from './format.js';
import { readBy, SerializationError, writeBy } from './serialization-error.js';
import { CloneReader, CloneWriter } from './structured-clone.js';

/**
 * Keeps values as V8's structured clones: whatever `structuredClone()` keeps, and nothing that it would alter. What another version of Node
 * wrote is read where V8 can; where it cannot, it is an error.
 */
export function structured(): Serializer {
  return structuredClones;
}

const { name } = structuredFormat;

/** The tag before V8's version number: without it V8 would take the bytes for those of its first version. */
const versionTag = 0xff;

const structuredClones: Serializer = {
  label: 'structured',

  serialize(value) {
    return writeBy(name, () => {
      const bare = refuseAltered(value, structuredFormat);
      const writer = new CloneWriter();
      writer.writeHeader();
      writer.writeValue(value);
      if (bare.length > 0) writer.writeValue(bare);
      return writer.releaseBuffer();
    });
  },

  deserialize(bytes) {
    return readBy(name, () => {
      if (bytes[0] !== versionTag) throw new SerializationError(`${name} did not write these bytes`);
      const reader = new CloneReader(bytes);
      reader.readHeader();
      const value: unknown = reader.readValue();
      if (reader.position < bytes.byteLength) withoutPrototypes(reader.readValue());
      if (reader.position < bytes.byteLength)
        throw new SerializationError(`${name} cannot read these bytes: more follow`);
      return value;
    });
  },
};

/** What V8 made an ordinary object of: references to those that had no prototype follow the value. */
function withoutPrototypes(bare: unknown): void {
  for (const object of bare as Iterable<object>) Object.setPrototypeOf(object, null);
}
