import { deepStrictEqual, notDeepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Serializer } from '../../../src/policies/cache/index.js';
import { SerializationError } from '../../../src/stores/serializers/index.js';
import { expectSame, samples } from './samples.js';
import { writers } from './serializers.js';

const page = readFileSync(new URL('../../../docs/serializers.md', import.meta.url), 'utf8');
const [head = [], , ...rows] = tableUnder('## What survives');
const [, ...names] = head;

describe('The table of what survives', () => {
  it('has a column for every serializer and a row for all that is tried', () => {
    expect(names.map((name) => name.replaceAll('`', ''))).toEqual(Object.keys(writers));
    expect(rows.map(([what]) => what)).toEqual(Object.keys(samples));
  });

  const cells = rows.flatMap(([what = '', ...words]) =>
    Object.entries(writers).map(([name, serializer], index) => ({ name, what, word: words[index] ?? '', serializer })),
  );

  it.each(cells)('is right that $name and $what give: $word', async ({ what, word, serializer }) => {
    const hold = promises[word as keyof typeof promises];

    expect(Object.keys(promises)).toContain(word);
    for (const value of samples[what] ?? []) await hold(serializer, value);
  });
});

/** What each word of the table promises. */
const promises = {
  kept: async (serializer: Serializer, value: unknown) => expectSame(await roundTrip(serializer, value), value),

  refused: async (serializer: Serializer, value: unknown) => {
    await expect(roundTrip(serializer, value)).rejects.toThrow(SerializationError);
  },

  copied: async (serializer: Serializer, value: unknown) => {
    const back = (await roundTrip(serializer, value)) as readonly unknown[];
    deepStrictEqual(back, value);
    expect(back[0]).not.toBe(back[1]);
  },

  'left out': async (serializer: Serializer, value: unknown) => {
    const back = await roundTrip(serializer, value);
    notDeepStrictEqual(back, value);
    expect(back).toEqual(value);
  },
};

async function roundTrip(serializer: Serializer, value: unknown): Promise<unknown> {
  return serializer.deserialize(await serializer.serialize(value));
}

function tableUnder(heading: string): string[][] {
  const lines = page.slice(page.indexOf(`${heading}\n`)).split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
