import { isNativeAccelerationEnabled } from 'msgpackr';
import { msgpack } from '../../../src/stores/msgpack/index.js';
import { SerializationError } from '../../../src/stores/serializers/index.js';
import { expectSame, samples } from '../serializers/samples.js';

const long = {
  text: 'long text, and äöü '.repeat(100),
  many: Array.from({ length: 300 }, (_, id) => ({ id, name: `n${id}ü` })),
};
const values = [...Object.values(samples).flat(), long];
const failed = values.filter((value) => !isKeptOrRefused(value)).map(String);

process.stdout.write(JSON.stringify({ native: isNativeAccelerationEnabled, samples: values.length, failed }));

function isKeptOrRefused(value: unknown): boolean {
  try {
    expectSame(msgpack().deserialize(msgpack().serialize(value) as Uint8Array), value);
    return true;
  } catch (error) {
    return error instanceof SerializationError && error.path !== undefined;
  }
}
