import {
  buildSchema,
  type GraphQLOutputType,
  getIntrospectionQuery,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { costOf, listLengths } from '../../src/fault-server/graphql/cost.js';
import { schemaText } from '../../src/fault-server/graphql/schema.js';

const schema = buildSchema(schemaText);

describe('the cost of a document', () => {
  it.each<[string, string, number]>([
    ['every field once', '{ hello item(id: 1) { id name } }', 4],
    ['aliases each', '{ a: hello b: hello c: hello }', 3],
    ['lists as long as they can be', '{ items { nodes { id name } } }', 2 + 50 * 2],
    ['lists within lists', '{ __schema { types { fields { name } } } }', 2 + 40 * (1 + 12)],
    ['inline fragments where they stand', '{ ... { hello } ... on Query { hello } }', 2],
    ['fragments wherever they are spread', '{ ...A a: item(id: 1) { id } ...A } fragment A on Query { hello }', 4],
    ['fragments within lists', '{ items { nodes { ...A } } } fragment A on Item { id }', 2 + 50],
    ['nothing for a fragment that nobody spreads', '{ hello } fragment A on Query { a: hello b: hello }', 1],
    ['nothing for one that is not there', '{ ...Nowhere }', 0],
    ['all operations', 'query A { hello } query B { hello }', 2],
  ])('counts %s', (_, text, cost) => {
    expect(costOf(parse(text), Kind)).toBe(cost);
  });

  it('comes to an end with fragments that spread themselves', () => {
    const text = '{ ...A } fragment A on Query { hello ...B } fragment B on Query { hello ...A }';

    expect(costOf(parse(text), Kind)).toBe(2);
  });

  it('is known at once where fragments multiply each other', () => {
    const links = Array.from({ length: 80 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
    const document = parse(`{ ...F0 } ${links.join(' ')} fragment F80 on Query { hello }`);

    expect(costOf(document, Kind)).toBe(2 ** 80);
  });

  it('lets introspection through', () => {
    const text = getIntrospectionQuery({
      descriptions: true,
      inputValueDeprecation: true,
      directiveIsRepeatable: true,
    });

    expect(costOf(parse(text), Kind)).toBeLessThan(250_000);
  });

  it('knows every list of the schema and of introspection', () => {
    const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
    const fields = objects.flatMap((type) => Object.values(type.getFields()));
    const lists = fields.filter(({ type }) => isList(type)).map(({ name }) => name);

    expect(lists.length).toBeGreaterThan(8);
    expect(lists.filter((name) => !listLengths.has(name))).toEqual([]);
  });

  it('counts no list shorter than it is', () => {
    const types = Object.values(schema.getTypeMap());
    const objects = types.filter(isObjectType);
    const fields = objects.flatMap((type) => Object.values(type.getFields()));

    expect(listLengths.get('types')).toBeGreaterThanOrEqual(types.length);
    expect(listLengths.get('fields')).toBeGreaterThanOrEqual(
      Math.max(...objects.map((type) => Object.keys(type.getFields()).length)),
    );
    expect(listLengths.get('args')).toBeGreaterThanOrEqual(Math.max(...fields.map(({ args }) => args.length)));
    expect(listLengths.get('directives')).toBeGreaterThanOrEqual(schema.getDirectives().length);
    expect(listLengths.get('enumValues')).toBeGreaterThanOrEqual(
      Math.max(...types.filter(isIntrospectionType).map((type) => ('getValues' in type ? type.getValues().length : 0))),
    );
  });
});

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
