import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  parseValue,
  print,
  type ValueNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../src/graphql/builder/index.js';
import { $, enumValue, query } from '../../../src/graphql/builder/index.js';

/** What is printed for a value. */
function written(value: unknown): string {
  return print(
    argumentOf(
      query('A')
        .field('a', { x: value as Value })
        .toString(),
    ),
  );
}

/** How the document that was built reads the value. */
function readBack(value: unknown): ValueNode {
  return argumentOf(query('A').field('a', { x: value as Value }).document);
}

function argumentOf(given: string | DocumentNode): ValueNode {
  const { definitions } = typeof given === 'string' ? parse(given) : given;
  const [field] = (definitions[0] as OperationDefinitionNode).selectionSet.selections;
  return (field as FieldNode).arguments![0]!.value;
}

const cyclic: Record<string, unknown> = {};
cyclic.self = [cyclic];

function ofUnit(code: number): string {
  return String.fromCharCode(code);
}

/** UTF-8 cannot carry half of a surrogate pair. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

/** Lists in lists. */
function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);
}

describe('a value', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['a boolean', false, 'false'],
    ['zero', 0, '0'],
    ['negative zero', -0, '0'],
    ['the largest Int', 2 ** 31 - 1, '2147483647'],
    ['more than an Int holds', -(2 ** 31) - 1, '-2147483649'],
    ['the largest exact number', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['a whole number that is not exact', 2 ** 60, '1.152921504606847e+18'],
    ['a very large number', 1e300, '1e+300'],
    ['a fraction', 0.1, '0.1'],
    ['a tiny fraction', 5e-324, '5e-324'],
    ['a bigint', 2n ** 70n, '1180591620717411303424'],
    ['a negative bigint', -5n, '-5'],
    ['a text', 'x', '"x"'],
    ['an empty text', '', '""'],
    ['a text that looks like a variable', '$id', '"$id"'],
    ['a text of several lines', 'a\n"""b', '"a\\n\\"\\"\\"b"'],
    ['controls', '\u0000\u007f\u009f', '"\\u0000\\u007F\\u009F"'],
    ['a pair of surrogates', '🙂', '"🙂"'],
    ['an enum value', enumValue('ASC'), 'ASC'],
    ['a list', [1, ['a'], []], '[1, ["a"], []]'],
    ['an object', { a: 1, b: { c: null } }, '{a: 1, b: {c: null}}'],
    ['an empty object', {}, '{}'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{a: 1}'],
    ['an object of another realm', runInNewContext('({ a: [1] })'), '{a: [1]}'],
    ['keys that objects inherit', JSON.parse('{"__proto__":{"constructor":1}}'), '{__proto__: {constructor: 1}}'],
    [
      'an object that contains a node',
      { node: { kind: 'Variable' }, name: 'x' },
      '{node: {kind: "Variable"}, name: "x"}',
    ],
    ['an object that looks like a node', { kind: 'Variable', name: 'x' }, '{kind: "Variable", name: "x"}'],
    ['as many levels as may be', nested(100), `${'['.repeat(100)}1${']'.repeat(100)}`],
  ])('is written: %s', (_what, value, text) => {
    expect(written(value)).toBe(print(parseValue(text)));
  });

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'args.x must be a text, a number'],
    ['undefined in an object', { id: undefined }, 'args.x.id must be a text, a number'],
    ['a hole in a list', Array(1), 'args.x[0] must be a text, a number'],
    ['NaN', [0, Number.NaN], 'args.x[1] must be a finite number, but got NaN'],
    ['infinity', Number.NEGATIVE_INFINITY, 'args.x must be a finite number, but got -Infinity'],
    ['a function', () => 1, 'args.x must be a text, a number'],
    ['a symbol', Symbol('x'), 'args.x must be a text, a number'],
    ['a date', new Date(0), 'args.x must be a text, a number'],
    ['a map', new Map(), 'args.x must be a text, a number'],
    ['an instance of a class', new (class Money {})(), 'args.x must be a text, a number'],
    ['an object that inherits', Object.create({ a: 1 }), 'args.x must be a text, a number'],
    ['a toJSON of its own', { toJSON: () => 1 }, 'args.x.toJSON must be a text, a number'],
    ['half a surrogate pair', 'a\ud83d', 'args.x must be well-formed Unicode'],
    ['the other half', '\ude42a', 'args.x must be well-formed Unicode'],
    ['a key that is no name', { a: [{ 'b: 1 }) { evil': 1 }] }, 'a key of args.x.a[0] must be a GraphQL name'],
    ['what contains itself', cyclic, 'a value must not be nested more than 100 levels deep, nor contain itself'],
    ['too many levels', nested(101), 'a value must not be nested more than 100 levels deep'],
  ])('is refused at the call, with its path: %s', (_what, value, message) => {
    const call = () => query('A').field('b', (b) => b.field('a', { x: value as Value }));

    expect(call).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_OPTIONS', site: 'query A › b' }));
    expect(call).toThrow(message);
  });

  it('reads back as the same text, whatever the text', { timeout: 60_000 }, () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.nat(0xffff).map(ofUnit) }));
    const ends = fc.constantFrom('', '"', '"""', '\\', '\n', '\r\n', '\u2028', '\ud83d');
    let refused = 0;
    fc.assert(
      fc.property(anyText, ends, (text, end) => {
        const value = `${text}${end}`;
        if (isWellFormed(value)) {
          expect(readBack(value)).toMatchObject({ kind: Kind.STRING, value });
        } else {
          expect(() => written(value)).toThrow('well-formed');
          refused++;
        }
      }),
      { numRuns: 500 },
    );

    expect(refused).toBeGreaterThan(25);
  });

  it('reads back as the same number, whatever the number', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()), (number) => {
        const node = readBack(number);
        const exact = Number.isSafeInteger(number);

        expect(node.kind).toBe(exact ? Kind.INT : Kind.FLOAT);
        expect(Number((node as { value: string }).value)).toBe(number === 0 ? 0 : number);
      }),
      { numRuns: 500 },
    );
  });

  it('reads back as the same bigint, however long', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.bigInt(), (bigint) => {
        const node = readBack(bigint);

        expect(node.kind).toBe(Kind.INT);
        expect(BigInt((node as { value: string }).value)).toBe(bigint);
      }),
    );
  });
});

describe('a variable', () => {
  it('is referred to inside of lists and objects', () => {
    const built = query('A', { x: 'Int', y: 'Int' }).field('a', { x: [$('x')], o: { y: $('y') } });

    expect(built.toString()).toBe(print(parse('query A($x: Int, $y: Int) { a(x: [$x], o: {y: $y}) }')));
  });
});
