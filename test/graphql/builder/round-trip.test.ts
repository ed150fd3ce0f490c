import fc from 'fast-check';
import { parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Args, anyQuery, build, Ref, type Tags, type Wanted, type WantedQuery } from './any-operation.js';
import { readable, wantedBy } from './reading.js';

describe('whatever is built', () => {
  it('prints a text that parses to just what was asked for', { timeout: 60_000 }, () => {
    let spread = 0;
    fc.assert(
      fc.property(anyQuery, (wanted) => {
        const reached = reachedFrom(wanted);
        const built = build(wanted, variablesOf(wanted, reached));
        const text = built.toString();

        expect(text).toBe(print(parse(text)));
        expect(built.document).toEqual(parse(text, { noLocation: true }));
        expect(wantedBy(built.document)).toStrictEqual(expected(wanted, reached));
        spread += reached.length;
      }),
      { numRuns: 300 },
    );

    expect(spread).toBeGreaterThan(100);
  });
});

function expected({ fragments, ...wanted }: WantedQuery, reached: readonly number[]): unknown {
  const defined = reached.map((at) => ({ ...fragments[at]!, at }));
  return readTags({
    ...wanted,
    select: wanted.select.map(read),
    fragments: defined.map((each) => readTags({ ...each, select: each.select.map(read) })),
  });
}

function read(wanted: Wanted): Wanted {
  if ('spread' in wanted) return readTags(wanted);
  const of = wanted.of.map(read);
  return readTags('on' in wanted ? { ...wanted, of } : { ...wanted, args: readArgs(wanted.args), of });
}

function readTags<Part extends { readonly tags: Tags }>(part: Part): Part {
  return { ...part, tags: part.tags.map(([name, args]) => [name, readArgs(args)]) };
}

/** JavaScript puts keys that look like numbers first; names never do, so the order is kept. */
function readArgs(args: Args): Args {
  return args.map(([name, value]) => [name, readable(value)]);
}

/** The fragments that the query spreads, directly or not. */
function reachedFrom({ select, fragments }: WantedQuery): readonly number[] {
  const reached = new Set(spreadsIn(select));
  for (const at of reached) for (const next of spreadsIn(fragments[at]!.select)) reached.add(next);
  return [...reached].sort((one, other) => one - other);
}

function spreadsIn(list: readonly Wanted[]): readonly number[] {
  return list.flatMap((each) => ('spread' in each ? [each.spread] : spreadsIn(each.of)));
}

function variablesOf({ tags, select, fragments }: WantedQuery, reached: readonly number[]): readonly string[] {
  const names = new Set<string>();
  const look = (data: unknown): void => {
    if (data instanceof Ref) names.add(data.name);
    else if (data instanceof Map) for (const each of data.values()) look(each);
    else if (typeof data === 'object' && data !== null) for (const each of Object.values(data)) look(each);
  };
  look([tags, select, reached.map((at) => fragments[at])]);
  return [...names];
}
