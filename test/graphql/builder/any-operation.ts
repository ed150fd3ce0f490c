import fc from 'fast-check';
import {
  $,
  directive,
  enumValue,
  type Fragment,
  fragment,
  type Operation,
  query,
  type Selecting,
  type Value,
} from '../../../src/graphql/builder/index.js';

/** A selection as data, to be built by the builder and to be found again in what was printed. */
export type Wanted =
  | {
      readonly field: string;
      readonly as: string;
      readonly args: Args;
      readonly tags: Tags;
      readonly of: readonly Wanted[];
    }
  | { readonly on: string | null; readonly tags: Tags; readonly of: readonly Wanted[] }
  | { readonly spread: number; readonly tags: Tags };

/** Arguments by name; in their values a `Map` is an object, so that an own key `__proto__` is data. */
export type Args = readonly (readonly [name: string, value: unknown])[];

/** Directives with their arguments. */
export type Tags = readonly (readonly [name: string, args: Args])[];

/** A query with fragments, each of which may spread those before it. */
export interface WantedQuery {
  readonly name: string;
  readonly tags: Tags;
  readonly select: readonly Wanted[];
  readonly fragments: readonly { readonly type: string; readonly tags: Tags; readonly select: readonly Wanted[] }[];
}

/** Stands in the data for a variable. */
export class Ref {
  constructor(readonly name: string) {}
}

/** Stands in the data for a value of an enum. */
export class Member {
  constructor(readonly name: string) {}
}

const name = fc.oneof(
  fc.stringMatching(/^[_A-Za-z][_0-9A-Za-z]{0,8}$/),
  fc.constantFrom('on', 'true', 'null', 'query', 'fragment', '__proto__', 'constructor', 'toString', '__typename'),
);

const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"', '"""', '\\', '\n', '\r', '") { evil } #', '$x', '\u0000', '\u2028', '\ufeff', '🙂'),
  )
  .filter((each) => Buffer.from(each).toString() === each);

const leaf = fc.oneof(
  text,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.stringMatching(/^v[0-3]$/).map((each) => new Ref(each)),
  name.filter((each) => !['true', 'false', 'null'].includes(each)).map((each) => new Member(each)),
);

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(name, tie('value')), { maxLength: 3, selector: ([key]) => key })
      .map((each) => new Map(each)),
  ),
})).value;

const args: fc.Arbitrary<Args> = fc.uniqueArray(fc.tuple(name, value), { maxLength: 3, selector: ([key]) => key });

/** Directives whose meaning nobody knows but the server. */
const tags: fc.Arbitrary<Tags> = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'on', '__proto__'), args), {
  maxLength: 2,
});

const selection = fc.letrec<{ list: readonly Wanted[]; one: Wanted }>((tie) => ({
  list: fc.array(tie('one'), { minLength: 1, maxLength: 3 }),
  one: fc.oneof(
    { maxDepth: 3 },
    fc.record({ field: name, as: name, args, tags, of: fc.constant([]) }),
    fc.record({ spread: fc.nat(), tags }),
    fc.record({ field: name, as: name, args, tags, of: tie('list') }),
    fc.record({ on: fc.option(name), tags, of: tie('list') }),
  ),
})).list;

/** Any query that has no conflicts: `distinct` gives each field an alias of its own. */
export const anyQuery: fc.Arbitrary<WantedQuery> = fc
  .record({
    name,
    tags,
    select: selection,
    fragments: fc.array(fc.record({ type: name, tags, select: selection }), { maxLength: 3 }),
  })
  .map(({ fragments, select, ...rest }) => ({
    ...rest,
    fragments: fragments.map((each, index) => ({ ...each, select: distinct(each.select, index, `f${index}`) })),
    select: distinct(select, fragments.length, 'q'),
  }));

/** Builds it, declaring the variables that are given. */
export function build(wanted: WantedQuery, variables: readonly string[]): Operation {
  const known: Fragment[] = [];
  for (const { type, tags: said, select } of wanted.fragments) {
    const begun = fragment(`F${known.length}`, type).directives(...directives(said));
    known.push(select.reduce((built, each) => add(built, each, known), begun));
  }
  const declared = Object.fromEntries(variables.map((each) => [each, 'Any']));
  const begun: Operation = query<unknown>(wanted.name, declared).directives(...directives(wanted.tags));
  return wanted.select.reduce((built, each) => add(built, each, known), begun);
}

function add<Self extends Selecting<Self>>(to: Self, wanted: Wanted, known: readonly Fragment[]): Self {
  const options = { directives: directives(wanted.tags) };
  if ('spread' in wanted) return to.spread(known[wanted.spread]!, options);
  const all = <Inner extends Selecting<Inner>>(begun: Inner): Inner =>
    wanted.of.reduce((built, each) => add(built, each, known), begun);
  if ('on' in wanted) return wanted.on === null ? to.group(options, all) : to.on(wanted.on, options, all);
  const given = Object.fromEntries(wanted.args.map(([key, each]) => [key, toValue(each)]));
  return to.field(wanted.field, given, { as: wanted.as, ...options }, wanted.of.length > 0 ? all : undefined);
}

function directives(said: Tags): ReturnType<typeof directive>[] {
  return said.map(([label, given]) =>
    directive(label, Object.fromEntries(given.map(([key, each]) => [key, toValue(each)]))),
  );
}

function toValue(data: unknown): Value {
  if (data instanceof Ref) return $(data.name);
  if (data instanceof Member) return enumValue(data.name);
  if (data instanceof Map) return Object.fromEntries([...data].map(([key, each]) => [key, toValue(each)]));
  return Array.isArray(data) ? data.map(toValue) : (data as Value);
}

/** Spreads only what is there already; where there is nothing, a field stands instead. */
function distinct(list: readonly Wanted[], fragments: number, prefix: string): readonly Wanted[] {
  return list.map((each, index) => {
    const as = `${prefix}_${index}`;
    if (!('spread' in each)) return { ...each, ...('as' in each && { as }), of: distinct(each.of, fragments, as) };
    if (fragments > 0) return { ...each, spread: each.spread % fragments };
    return { field: 'instead', as, args: [], tags: each.tags, of: [] };
  });
}
