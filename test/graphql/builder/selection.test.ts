import { describe, expect, it } from 'vitest';
import {
  directive,
  fragment,
  include,
  query,
  type Selection,
  type Variable,
} from '../../../src/graphql/builder/index.js';

const base = query('A');

/** Selects `a` in itself so many times. */
function deep(levels: number): (selection: Selection) => Selection {
  return (selection) => (levels > 1 ? selection.field('a', deep(levels - 1)) : selection.fields('a'));
}

/** A fragment that reaches so many levels down, one fragment for each. */
function chain(levels: number): ReturnType<typeof fragment> {
  let last = fragment('F1', 'T').fields('a');
  for (let level = 2; level <= levels; level++) last = fragment(`F${level}`, 'T').spread(last);
  return last;
}

describe('a selection', () => {
  it.each<[string, () => unknown, string]>([
    [
      'selects nothing',
      () => base.field('a', (a) => a.field('b', (b) => b)),
      'query A › a › b: field() must select something',
    ],
    ['selects nothing of a type', () => base.on('T', (t) => t), 'query A › ... on T: on() must select something'],
    ['selects nothing in a group', () => base.group({}, (all) => all), 'query A › ...: group() must select something'],
    ['gets no fields', () => base.field('a', (a) => a.fields()), 'query A › a: field() must select something'],
    [
      'is not returned',
      () => base.field('a', (() => undefined) as never),
      'query A › a: field() takes a function that returns the selection it is given, with more in it, but got undefined',
    ],
    [
      'comes too late',
      () => base.field('a', (async (a: Selection) => a.fields('b')) as never),
      'query A › a: field() takes a function that returns the selection it is given, with more in it, but got Promise',
    ],
    [
      'is that of another field',
      () => base.field('a', (a) => a.field('b', () => a.fields('x'))),
      'query A › a › b: field() takes a function that returns the selection it is given',
    ],
    [
      'has its parts in another order',
      () => base.field('a', ((a: Selection) => a.fields('b')) as never, {} as never),
      'query A: field() takes a name, arguments, options and a function, in this order',
    ],
    [
      'has one part too many',
      () => base.field('a', {}, {}, {} as never),
      'query A: field() takes a name, arguments, options and a function, in this order',
    ],
    [
      'has arguments in a list',
      () => base.field('a', [1] as never),
      'query A: field(): args must be a plain object, but got [ 1 ]',
    ],
    [
      'has null for arguments',
      () => base.field('a', null as never),
      'query A: field(): args must be a plain object, but got null',
    ],
    [
      'has a fragment for arguments',
      () => base.field('a', fragment('F', 'T') as never),
      'query A: field(): args must be a plain object, but got Fragment',
    ],
    [
      'has an option that there is not',
      () => base.field('a', {}, { alias: 'b' } as never),
      "query A: field(): options may only have as, directives, but got 'alias'",
    ],
    [
      'has directives that are none',
      () => base.field('a', {}, { directives: ['@include(if: true)'] as never }),
      "query A: field(): directives[0] must be made by include(), skip() or directive(), but got '@include(if: true)'",
    ],
    [
      'has one directive instead of a list',
      () => base.on('T', { directives: include(true) as never }, (t) => t.fields('a')),
      'query A: on(): directives must be a list of directives, but got Directive',
    ],
    [
      'stands on a type without a function',
      () => base.on('T', undefined as never),
      'query A › ... on T: on() takes a function',
    ],
    [
      'stands on a type with a wrong option',
      () => base.on('T', { as: 'x' } as never, (t) => t.fields('a')),
      "query A: on(): options may only have directives, but got 'as'",
    ],
    [
      'spreads a name',
      () => base.spread('F' as never),
      "query A: spread() takes a fragment, made by fragment(), but got 'F'",
    ],
    ['spreads nothing', () => base.spread(undefined as never), 'query A: spread() takes a fragment'],
    [
      'spreads what only looks like a fragment',
      () => base.spread({ definition: { node: {}, spreads: [], height: 1 } } as never),
      'query A: spread() takes a fragment',
    ],
    [
      'spreads a fragment that selects nothing',
      () => base.spread(fragment('F', 'T')),
      'fragment F: definition must select something: the selection is empty',
    ],
    [
      'is included by a text',
      () => include('true' as never),
      "include() takes a boolean or a variable, $(…), but got 'true'",
    ],
    [
      'is included by what looks like a variable',
      () => include({ name: 'x', node: { kind: 'Variable' } } as unknown as Variable),
      'include() takes a boolean or a variable',
    ],
    [
      'has a directive with a wrong argument',
      () => directive('cached', { ttl: Number.NaN }),
      "directive('cached'): args.ttl must be a finite number, but got NaN",
    ],
  ])('is refused when it %s', (_what, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_OPTIONS' }));
    expect(call).toThrow(message);
  });

  it('lets an error of the function through untouched', () => {
    const error = new Error('mine');
    const failing = () => {
      throw error;
    };

    expect(() => base.field('a', failing)).toThrow(error);
  });
});

describe('the depth of a selection', () => {
  it('has a bound, and what is as deep as that can be printed and parsed', () => {
    expect(base.field('a', deep(99)).document.definitions).toHaveLength(1);
    expect(() => base.field('a', deep(101))).toThrow(
      'query A: field(): the selection must not be nested more than 100',
    );
  });

  it('is found out before a function that calls itself exhausts the stack', () => {
    const endless = (selection: Selection): Selection => selection.field('a', endless);

    expect(() => base.field('a', endless)).toThrow('must not be nested more than 100 levels deep');
  });

  it('counts the fragments that are spread, however they are nested', () => {
    expect(base.spread(chain(99)).document.definitions).toHaveLength(100);
    expect(() => base.spread(chain(100))).toThrow('query A: spread(): the selection must not be nested more than 100');
    expect(() => base.field('a', (a) => a.spread(chain(99)))).toThrow('100 levels deep, fragments included');
    expect(() => base.field('a', deep(50)).spread(chain(60))).not.toThrow();
    const deepFirst = fragment('G', 'T').spread(chain(99)).fields('a');
    expect(() => base.spread(deepFirst)).toThrow('100 levels deep, fragments included');
  });
});
