import type { DocumentNode } from 'graphql';
import { describe, expectTypeOf, it } from 'vitest';
import { $, enumValue, fragment, include, mutation, query, type Value } from '../../src/graphql/builder/index.js';
import type { TypedDocumentNode, TypedDocumentString } from '../../src/graphql/typed-document-node.js';

interface User {
  readonly name: string;
}

/** The variables of a document. */
type Of<Document> = Document extends { readonly __apiType?: (variables: infer Variables) => unknown }
  ? Variables
  : never;

describe('the variables of an operation', () => {
  it('have the types that were declared', () => {
    const { document } = query('A', {
      login: 'String!',
      first: 'Int = 10',
      size: 'Float! = 1.5',
      ids: '[ID!]!',
      grid: ' [ [ Boolean ] ! ] ',
      filter: 'Filter!',
      maybe: 'Filter',
      text: 'String = "Int!"',
    });
    expectTypeOf<Of<typeof document>>().branded.toEqualTypeOf<{
      readonly login: string;
      readonly first?: number | null;
      readonly size?: number;
      readonly ids: readonly (string | number)[];
      readonly grid?: readonly (readonly (boolean | null)[])[] | null;
      readonly filter: unknown;
      readonly maybe?: unknown;
      readonly text?: string | null;
    }>();
  });

  it('may be declared by parts', () => {
    const { document } = query('A', {
      a: { type: 'Int!' },
      b: { type: 'Int!', default: 1 },
      c: { type: '[String!]', directives: [include(true)] },
    });
    expectTypeOf<Of<typeof document>>().branded.toEqualTypeOf<{
      readonly a: number;
      readonly b?: number;
      readonly c?: readonly string[] | null;
    }>();
  });

  it('are kept by every call', () => {
    const built = mutation('A', { id: 'ID!' })
      .field('a', { id: $('id') }, (a) => a.fields('b').on('T', (t) => t.field('c')))
      .fields('d')
      .group({}, (all) => all.spread(fragment('F', 'T').fields('e')))
      .returns<User>();
    expectTypeOf(built.document).branded.toEqualTypeOf<TypedDocumentNode<User, { readonly id: string | number }>>();
  });

  it('are none where none are declared', () => {
    const { document } = query('A');
    expectTypeOf<Of<typeof document>>().toEqualTypeOf<Readonly<Record<string, never>>>();
  });

  it('are anything where the declarations are not known', () => {
    const declared: Record<string, string> = {};
    const { document } = query('A', declared);
    expectTypeOf<{ a: number; b: string }>().toExtend<Of<typeof document>>();
  });
});

describe('an operation whose types are given', () => {
  it('takes the result, and the variables if they matter', () => {
    expectTypeOf(query<User>('A').document).toEqualTypeOf<TypedDocumentNode<User, Record<string, unknown>>>();
    expectTypeOf(query<User, { id: string }>('A', { id: 'ID!' }).document).toEqualTypeOf<
      TypedDocumentNode<User, { id: string }>
    >();
    expectTypeOf(query<{ name: string }>('A', { id: 'ID!' }).document).toEqualTypeOf<
      TypedDocumentNode<{ name: string }, Record<string, unknown>>
    >();
  });
});

describe('a typed document', () => {
  it('is a document', () => {
    expectTypeOf(query('A').document).toExtend<DocumentNode>();
  });

  it('takes those of code generators', () => {
    interface Decoration<Result, Variables> {
      __apiType?: (variables: Variables) => Result;
    }
    interface Generated extends DocumentNode, Decoration<User, { id: string }> {}
    class GeneratedText extends String implements Decoration<User, { id: string }> {
      declare __apiType?: NonNullable<Decoration<User, { id: string }>['__apiType']>;
    }
    expectTypeOf<Generated>().toExtend<TypedDocumentNode<User, { id: string }>>();
    expectTypeOf<GeneratedText>().toExtend<TypedDocumentString<User, { id: string }>>();
    expectTypeOf<TypedDocumentNode<User, { id: string }>>().toExtend<Generated>();
    expectTypeOf<Generated>().not.toExtend<TypedDocumentNode<User, { id: number }>>();
    expectTypeOf<Generated>().not.toExtend<TypedDocumentNode<string, { id: string }>>();
  });
});

describe('what does not compile', () => {
  it('is no value', () => {
    expectTypeOf({ a: [1, 'x', null, $('y'), enumValue('Z'), 1n, { b: true }] }).toExtend<Value>();
    // @ts-expect-error a date is converted first
    void (() => query('A').field('a', { x: new Date() }));
    // @ts-expect-error a key is left out, not undefined
    void (() => query('A').field('a', { x: { y: undefined } }));
    // @ts-expect-error a function is no value
    void (() => query('A').field('a', { x: () => 1 }));
  });

  it('is no declaration, option or selection', () => {
    // @ts-expect-error a type is a text
    void (() => query('A', { x: 10 }));
    // @ts-expect-error a default refers to no variable
    void (() => query('A', { x: { type: 'Int', default: $('y') } }));
    // @ts-expect-error an alias is called `as`
    void (() => query('A').field('a', {}, { alias: 'b' }));
    // @ts-expect-error a directive is made by a function
    void (() => query('A').field('a', {}, { directives: ['@include'] }));
    // @ts-expect-error the selection is returned
    void (() => query('A').field('a', (a) => void a.fields('b')));
    // @ts-expect-error it is not awaited
    void (() => query('A').field('a', async (a) => a.fields('b')));
    // @ts-expect-error an operation is no fragment
    void (() => query('A').spread(query('B')));
    // @ts-expect-error a condition is a boolean or a variable
    void (() => include('yes'));
  });
});
