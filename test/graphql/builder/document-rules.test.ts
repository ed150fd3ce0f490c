import { describe, expect, it } from 'vitest';
import { $, directive, fragment, include, query, skip, subscription } from '../../../src/graphql/builder/index.js';

const withX = fragment('X', 'T').field('a', { x: 1 });

describe('a document', () => {
  it.each<[string, { readonly document: unknown }, string | RegExp]>([
    ['selects nothing', query('A'), 'query A: document must select something: the selection is empty'],
    [
      'uses a variable that is not declared',
      query('A', { x: 'Int' }).field('a', (a) => a.on('T', (t) => t.field('b', { x: [$('x'), $('y')] }))),
      'query A › a › ... on T › b: document is not valid: Variable "$y" is not defined by operation "A".',
    ],
    [
      'uses one in a directive of the operation',
      query('A')
        .directives(directive('d', { x: $('y') }))
        .fields('a'),
      'query A: document is not valid: Variable "$y" is not defined',
    ],
    [
      'uses one in a directive of a group',
      query('A').group({ directives: [include($('y'))] }, (all) => all.fields('a')),
      'query A › ...: document is not valid: Variable "$y" is not defined',
    ],
    [
      'declares a variable that nothing uses',
      query('A', { x: 'Int', y: 'Int' }).field('a', { x: $('x') }),
      'query A: document is not valid: Variable "$y" is never used in operation "A".',
    ],
    [
      'gives a default of another type',
      query('A', { x: 'Int = "10"' }).field('a', { x: $('x') }),
      'query A: document is not valid: Int cannot represent non-integer value: "10"',
    ],
    [
      'gives null for a default that may not be null',
      query('A', { x: { type: '[ID!]', default: [null] } }).field('a', { x: $('x') }),
      'query A: document is not valid: Expected value of ',
    ],
    [
      'includes by a variable that may be null',
      query('A', { x: 'Boolean' }).field('a', {}, { directives: [include($('x'))] }),
      'query A › a: document is not valid: Variable "$x" of type "Boolean" used in position expecting type "Boolean!".',
    ],
    [
      'includes by a condition that is none',
      query('A').field('a', {}, { directives: [directive('include', { if: 'yes' })] }),
      'query A › a: document is not valid: Boolean cannot represent a non boolean value: "yes"',
    ],
    [
      'includes without a condition',
      query('A').field('a', {}, { directives: [directive('include')] }),
      /^query A › a: document is not valid: .*@include.* of type "Boolean!" is required/,
    ],
    [
      'includes twice',
      query('A').field('a', {}, { directives: [include(true), include(false)] }),
      'query A › a: document is not valid: The directive "@include" can only be used once at this location.',
    ],
    [
      'selects a field twice with different arguments',
      query('A').field('u', (u) => u.field('a', { x: 1 }).field('a', { x: 2 })),
      'query A › u › a: document is not valid: Fields "a" conflict because they have differing arguments.',
    ],
    [
      'selects a field twice, once with an argument',
      query('A').fields('a').field('a', { x: 1 }),
      'query A › a: document is not valid: Fields "a" conflict because they have differing arguments.',
    ],
    [
      'gives one name to two fields',
      query('A').fields('a').field('b', {}, { as: 'a' }),
      'query A › a: document is not valid: Fields "a" conflict because "a" and "b" are different fields.',
    ],
    [
      'conflicts in fields that are selected in two places',
      query('A')
        .field('u', (u) => u.field('a', { x: 1 }))
        .field('u', (u) => u.field('a', { x: 2 })),
      'query A › u › a: document is not valid: Fields "u" conflict because subfields "a" conflict because they have differing',
    ],
    [
      'conflicts with a field of an inline fragment',
      query('A').field('u', (u) => u.fields('a').on('T', (t) => t.field('a', { x: 1 }))),
      'query A › u › ... on T › a: document is not valid: Fields "a" conflict',
    ],
    [
      'conflicts with a field of a named fragment',
      query('A').field('u', (u) => u.field('a', { x: 2 }).spread(withX)),
      'query A › u › a: document is not valid: Fields "a" conflict',
    ],
    [
      'conflicts within one type',
      query('A')
        .on('T', (t) => t.fields('a'))
        .spread(withX),
      'query A › ... on T › a: document is not valid: Fields "a" conflict',
    ],
    [
      'subscribes to two fields',
      subscription('S')
        .fields('a')
        .on('Subscription', (all) => all.fields('b')),
      'subscription S: document is not valid: a subscription selects one field, not a, b',
    ],
    [
      'subscribes to two fields of a fragment, under whatever condition',
      subscription('S', { x: 'Boolean!' }).spread(
        fragment('Both', 'Subscription')
          .field('a', {}, { as: 'b', directives: [skip($('x'))] })
          .fields('c'),
      ),
      'subscription S: document is not valid: a subscription selects one field, not b, c',
    ],
  ])('is refused when it %s', (_what, built, message) => {
    expect(() => built.document).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_OPTIONS' }));
    expect(() => built.document).toThrow(message);
    expect(() => String(built)).toThrow(message);
  });

  it.each<[string, { readonly document: unknown }]>([
    [
      'the same field twice',
      query('A')
        .field('a', { x: 1 })
        .field('a', { x: 1 })
        .field('b', (b) => b.fields('c', 'c')),
    ],
    [
      'a field twice, each with a selection',
      query('A')
        .field('u', (u) => u.fields('a'))
        .field('u', (u) => u.fields('b')),
    ],
    [
      'one name in types that never meet',
      query('A')
        .on('T', (t) => t.field('a', { x: 1 }))
        .on('U', (u) => u.fields('a')),
    ],
    ['one name in fragments of such types', query('A').spread(withX).spread(fragment('Y', 'U').fields('a'))],
    ['a directive that it does not know, twice', query('A').directives(directive('d'), directive('d')).fields('a')],
    [
      'types that are named like those of GraphQL',
      query('A')
        .on('Int', (t) => t.fields('a'))
        .on('__Type', (t) => t.fields('b')),
    ],
    [
      'types that have names of what objects inherit',
      query('A').on('__proto__', (t) => t.on('constructor', (c) => c.fields('b'))),
    ],
    [
      'a subscription to one field in two places',
      subscription('S')
        .field('a', (a) => a.fields('b'))
        .on('T', (t) => t.field('a', (a) => a.fields('c'))),
    ],
    ['two fields of a query', query('A').fields('a', 'b')],
  ])('may have %s', (_what, built) => {
    expect(built.document).toMatchObject({ kind: 'Document' });
  });
});
