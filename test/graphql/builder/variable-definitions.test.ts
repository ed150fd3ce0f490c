import { parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { $, directive, query, type VariableDeclaration } from '../../../src/graphql/builder/index.js';

describe('a declared variable', () => {
  it.each<[VariableDeclaration, string]>([
    ['Int', 'Int'],
    [' [ ID! ] ! ', '[ID!]!'],
    ['[[String]!]', '[[String]!]'],
    ['Int=10', 'Int = 10'],
    ['Float! = -1.5e3', 'Float! = -1.5e3'],
    ['String = "a = b) { evil }"', 'String = "a = b) { evil }"'],
    ['Order = ASC', 'Order = ASC'],
    ['Filter = { a: [1, null], b: { c: true } }', 'Filter = {a: [1, null], b: {c: true}}'],
    [{ type: 'String', default: '10) { evil }' }, 'String = "10) { evil }"'],
    [{ type: 'String', default: null }, 'String = null'],
    [{ type: 'Int' }, 'Int'],
    [
      { type: 'Int!', default: 0, directives: [directive('a', { x: [{ y: 1 }] }), directive('b')] },
      'Int! = 0 @a(x: [{y: 1}]) @b',
    ],
  ])('may be %o', (declaration, text) => {
    const built = query('A', { x: declaration }).field('a', { x: $('x') });

    expect(built.toString()).toBe(print(parse(`query A($x: ${text}) { a(x: $x) }`)));
  });

  it.each<[unknown, string]>([
    ['', 'variables.x must be a GraphQL type'],
    ['Int!!', 'variables.x must be a GraphQL type'],
    ['[Int', 'variables.x must be a GraphQL type'],
    ['Int Int', 'variables.x must be a GraphQL type'],
    ['$Int', 'variables.x must be a GraphQL type'],
    ['Int, $y: Int', 'variables.x must be a GraphQL type'],
    ['Int) { evil }', 'variables.x must be a GraphQL type'],
    ['Int @a', 'variables.x must be a GraphQL type'],
    ['Int # = 5', 'variables.x must be a GraphQL type'],
    ['Int\n', 'variables.x must be a GraphQL type'],
    ['Int =', 'variables.x must be a GraphQL type'],
    ['Int = $y', 'variables.x must be a GraphQL type'],
    ['Int = [$y]', 'variables.x must be a GraphQL type'],
    ['Int = 10) { evil }', 'variables.x must be a GraphQL type'],
    ['Int = 10 @a', 'variables.x must be a GraphQL type'],
    ['= 10', 'variables.x must be a GraphQL type'],
    [`X = ${'['.repeat(100_000)}`, 'variables.x must be a GraphQL type'],
    ['['.repeat(100_000), 'variables.x must be a GraphQL type'],
    [10, 'variables.x must be a plain object, but got 10'],
    [null, 'variables.x must be a plain object, but got null'],
    [{}, 'variables.x.type must be a GraphQL type'],
    [{ type: 'Int = 10' }, 'variables.x.type must be a GraphQL type'],
    [{ type: 'Int', defaultValue: 1 }, "variables.x may only have type, default, directives, but got 'defaultValue'"],
    [{ type: 'Int', default: undefined }, 'variables.x.default must be a text, a number'],
    [{ type: 'Int', default: [$('y')] }, 'variables.x must not refer to variables in its default or directives'],
    [{ type: 'Int', default: { a: [{ b: $('y') }] } }, 'variables.x must not refer to variables'],
    [{ type: 'Int', directives: [directive('a', { b: [1, $('y')] })] }, 'variables.x must not refer to variables'],
    [{ type: 'Int', directives: ['a'] }, 'variables.x.directives[0] must be made by include()'],
  ])('may not be %o', (declaration, message) => {
    const call = () => query('A', { x: declaration as VariableDeclaration });

    expect(call).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_OPTIONS', site: 'query A' }));
    expect(call).toThrow(`query A: query(): ${message}`);
  });

  it('is one of a plain object', () => {
    expect(() => query('A', ['Int'] as never)).toThrow('query A: query(): variables must be a plain object');
  });
});
