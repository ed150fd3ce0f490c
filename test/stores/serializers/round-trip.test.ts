import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyGraph, anyValue, isGraphKept, isKept, plainValue } from './any-value.js';
import { serializers, writers } from './serializers.js';

describe.each(serializers)('%s', (name, serializer) => {
  it('keeps a value as it is or refuses it, whatever the value', async () => {
    const leavesOut = name === 'json()';

    await fc.assert(
      fc.asyncProperty(anyValue, async (value) => {
        if (leavesOut && hasUndefinedProperty(value)) return;
        await isKept(serializer, value);
      }),
      { numRuns: name.startsWith('compressed') ? 100 : 1500 },
    );
  });

  it('keeps all plain data', async () => {
    await fc.assert(
      fc.asyncProperty(plainValue, (value) => isKept(serializer, value)),
      { numRuns: name.startsWith('compressed') ? 50 : 400 },
    );
  });
});

const withReferences = Object.entries(writers).filter(([name]) => name !== 'json()');

describe.each(withReferences)('%s', (_name, serializer) => {
  it('keeps objects that refer to each other in any way', async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, (value) => isGraphKept(serializer, value)),
      { numRuns: 600 },
    );
  });
});

describe('structured() and json({ types: true })', () => {
  it.each(['structured()', 'json({ types: true })'] as const)('%s keep nearly anything', async (name) => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(anyValue, async (value) => {
        if (await isKept(writers[name], value)) kept++;
      }),
      { numRuns: 300 },
    );

    expect(kept).toBeGreaterThan(name === 'structured()' ? 299 : 200);
  });
});

describe('bytes that were damaged', () => {
  it.each(Object.entries(writers))(
    'make %s throw a SerializationError, or give a value; nothing else',
    async (_name, serializer) => {
      await fc.assert(
        fc.asyncProperty(anyGraph, fc.nat(), fc.integer({ min: 1, max: 255 }), async (value, place, change) => {
          const bytes = await Promise.resolve()
            .then(() => serializer.serialize(value))
            .catch(() => Buffer.from('no'));
          const at = place % bytes.byteLength;
          bytes[at] = bytes[at]! ^ change;
          const reading = Promise.resolve().then(() => serializer.deserialize(bytes));

          await reading.catch((error: unknown) => expect(error).toMatchObject({ code: 'HOLDFAST_SERIALIZATION' }));
        }),
        { numRuns: 500 },
      );
    },
  );
});

/** What plain JSON leaves out: the one difference that it may make. */
function hasUndefinedProperty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(
    (item) => (item === undefined && !Array.isArray(value)) || hasUndefinedProperty(item),
  );
}
