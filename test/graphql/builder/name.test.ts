import fc from 'fast-check';
import { assertName } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  $,
  directive,
  enumValue,
  fragment,
  mutation,
  query,
  subscription,
} from '../../../src/graphql/builder/index.js';

/** Everywhere that a name can be given, and what an error calls it. */
const places: readonly (readonly [what: string, option: string, use: (name: string) => unknown])[] = [
  ['a query', 'name', (name) => query(name)],
  ['a mutation', 'name', (name) => mutation(name)],
  ['a subscription', 'name', (name) => subscription(name)],
  ['a variable', 'name', (name) => $(name)],
  ['a declared variable', 'a key of variables', (name) => query('A', Object.fromEntries([[name, 'Int']]))],
  ['an enum value', 'name', (name) => enumValue(name)],
  ['a directive', 'name', (name) => directive(name)],
  ["a directive's argument", 'a key of args', (name) => directive('a', Object.fromEntries([[name, 1]]))],
  ['a fragment', 'name', (name) => fragment(name, 'User')],
  ["a fragment's type", 'type', (name) => fragment('A', name)],
  ["an inline fragment's type", 'type', (name) => query('A').on(name, (each) => each.fields('a'))],
  ['a field', 'name', (name) => query('A').field(name)],
  ['one of several fields', 'name', (name) => query('A').fields('a', name)],
  ['an alias', 'as', (name) => query('A').field('a', {}, { as: name })],
  ['an argument', 'a key of args', (name) => query('A').field('a', Object.fromEntries([[name, 1]]))],
  ["an object's key", 'a key of args.x', (name) => query('A').field('a', { x: Object.fromEntries([[name, 1]]) })],
];

/** Names that no enum value or no fragment may have, though they are names. */
const reserved = ['true', 'false', 'null', 'on'];

const evil = [
  '',
  ' ',
  'a b',
  'id } evil {',
  'id\n',
  '\nid',
  'a: b',
  'a(x: 1)',
  '...F',
  '$x',
  '@x',
  '#',
  '"a"',
  '1a',
  'a-b',
  'a.b',
  'é',
  'ａ',
  'a\u0000',
  'a\u200b',
  '\ufeffa',
];

describe.each(places)('the name of %s', (_what, option, use) => {
  it.each(evil)('may not be %j', (name) => {
    expect(() => use(name)).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_OPTIONS', option, value: name }));
    expect(() => use(name)).toThrow('must be a GraphQL name');
  });

  it('may be just what GraphQL calls a name', { timeout: 60_000 }, () => {
    const almost = fc.stringMatching(/^[_A-Za-z][_0-9A-Za-z]{0,5}[ -~é\n]?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), almost), (name) => {
        if (reserved.includes(name)) return;
        if (isName(name)) use(name);
        else expect(() => use(name)).toThrow('must be a GraphQL name');
      }),
      { numRuns: 200 },
    );
  });
});

describe('a name', () => {
  it.each([undefined, null, 1, ['a'], { toString: () => 'a' }, new String('a')])('is a text, not %o', (name) => {
    const call = () => query('A').field(name as string);

    expect(call).toThrow(
      'query A: field(): name must be a GraphQL name (letters, digits and _, no digit first), but got',
    );
  });

  it('of an enum value is no literal', () => {
    for (const name of ['true', 'false', 'null']) {
      expect(() => enumValue(name)).toThrow(`enumValue(): name must not be true, false or null, but got '${name}'`);
    }
  });

  it('of a fragment is not on, which begins an inline fragment', () => {
    expect(() => fragment('on', 'User')).toThrow("fragment(): name must not be on, but got 'on'");
  });
});

function isName(text: string): boolean {
  try {
    return assertName(text) === text;
  } catch {
    return false;
  }
}
