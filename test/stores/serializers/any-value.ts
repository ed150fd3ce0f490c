import fc from 'fast-check';
import type { Serializer } from '../../../src/policies/cache/index.js';
import { SerializationError } from '../../../src/stores/serializers/index.js';
import { expectSame, expectSameGraph } from './samples.js';

/** Anything that JavaScript has for data, and much of what a serializer may trip over. */
export const anyValue = fc.anything({
  key: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', 'constructor', 'toJSON', 'then', '__keys__', '0', 'length'),
  ),
  values: [
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.bigInt(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary', minLength: 60, maxLength: 300 }),
    fc.constantFrom(null, undefined, -0, Number.NaN),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.uint8Array({ minLength: 4 }).map((bytes) => bytes.subarray(1, 3)),
  ],
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  maxDepth: 4,
  size: 'medium',
});

/** Plain data: what all serializers keep. */
export const plainValue = fc
  .json({ stringUnit: 'grapheme', maxDepth: 5 })
  .filter((text) => !text.includes('"__proto__"'))
  .map((text): unknown => JSON.parse(text.replaceAll('-0', '0')));

/** Objects, lists, Maps and Sets that refer to each other in any way: cycles, oneself, many times. */
export const anyGraph = fc
  .array(
    fc.record({
      is: fc.constantFrom('object', 'list', 'map', 'set'),
      to: fc.array(fc.nat(), { maxLength: 6 }),
      data: fc.integer(),
    }),
    { minLength: 1, maxLength: 40, size: 'large' },
  )
  .map((plan) => {
    const nodes = plan.map(({ is, data }) => emptyOf(is, data));
    for (const [index, { to }] of plan.entries()) {
      for (const [place, target] of to.entries()) join(nodes[index], nodes[target % nodes.length], place);
    }
    return nodes[0];
  });

/** Whether such a graph was kept. */
export function isGraphKept(serializer: Serializer, value: unknown): Promise<boolean> {
  return isKept(serializer, value, expectSameGraph);
}

/** Whether a value was kept; where it was, what came back has been compared with it. */
export async function isKept(serializer: Serializer, value: unknown, compare = expectSame): Promise<boolean> {
  const bytes = await Promise.resolve()
    .then(() => serializer.serialize(value))
    .catch((error: unknown) => {
      if (error instanceof SerializationError) return undefined;
      throw error;
    });
  if (bytes === undefined) return false;
  compare(await serializer.deserialize(bytes), value);
  return true;
}

function emptyOf(is: string, data: number): object {
  if (is === 'map') return new Map([['data', data]]);
  if (is === 'set') return new Set([data]);
  return is === 'list' ? [data] : { data };
}

function join(from: object | undefined, to: object | undefined, place: number): void {
  if (from instanceof Map) from.set(place % 2 ? to : place, place % 2 ? place : to);
  else if (from instanceof Set) from.add(to);
  else if (Array.isArray(from)) from.push(to);
  else Object.assign(from ?? {}, { [`to${place}`]: to });
}
