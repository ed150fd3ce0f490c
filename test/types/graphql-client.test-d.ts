import type { DocumentNode } from 'graphql';
import {
  $,
  type GraphQLClient,
  type GraphQLResult,
  type GraphQLSubscription,
  query,
  subscription,
  type TypedDocumentNode,
  type TypedDocumentString,
} from 'holdfast/graphql';
import { describe, expectTypeOf, it } from 'vitest';

declare const client: GraphQLClient;

interface User {
  readonly name: string;
}
declare const byNode: TypedDocumentNode<{ user: User }, { id: string; first?: number }>;
declare const byText: TypedDocumentString<{ user: User }, { id: string }>;
declare const without: TypedDocumentNode<{ viewer: User }, Record<string, never>>;
declare const plain: DocumentNode;
const built = query('GetUser', { id: 'ID!', first: 'Int = 10' })
  .field('user', { id: $('id') })
  .returns<{ user: User }>();

describe('a GraphQLClient', () => {
  it('takes the types of result and variables from the document', () => {
    expectTypeOf(client.query(byNode, { id: '1' })).toEqualTypeOf<Promise<GraphQLResult<{ user: User }>>>();
    expectTypeOf(client.query(byText, { id: '1' })).toEqualTypeOf<Promise<GraphQLResult<{ user: User }>>>();
    expectTypeOf(client.query(built, { id: 1 })).toEqualTypeOf<Promise<GraphQLResult<{ user: User }>>>();
    expectTypeOf(client.query(built.document, { id: '1', first: null })).toEqualTypeOf<
      Promise<GraphQLResult<{ user: User }>>
    >();
    expectTypeOf(client.mutate(without)).toEqualTypeOf<Promise<GraphQLResult<{ viewer: User }>>>();
  });

  it('takes what is said of a text, and knows nothing otherwise', () => {
    expectTypeOf(client.query<{ user: User }>('{ user { name } }')).toEqualTypeOf<
      Promise<GraphQLResult<{ user: User }>>
    >();
    expectTypeOf(client.query('{ user { name } }', { any: 1 })).toEqualTypeOf<Promise<GraphQLResult<unknown>>>();
    expectTypeOf(client.query(plain)).toEqualTypeOf<Promise<GraphQLResult<unknown>>>();
  });

  it('insists on variables where the document does', () => {
    // @ts-expect-error id must be given
    void client.query(byNode);
    // @ts-expect-error id must be given
    void client.query(built);
    // @ts-expect-error id must be given
    void client.query(byText, {});
    // @ts-expect-error id is a text
    void client.query(byNode, { id: 1 });
    // @ts-expect-error there is no such variable
    void client.query(byNode, { id: '1', last: 2 });
    // @ts-expect-error id must be given
    void client.execute({ document: byNode });
    // @ts-expect-error id must be given
    void client.subscribe(byNode);
  });

  it('says that data may be missing where errors do not reject', () => {
    expectTypeOf(client.execute({ document: byNode, variables: { id: '1' } })).toEqualTypeOf<
      Promise<GraphQLResult<{ user: User } | undefined>>
    >();
    expectTypeOf(client.execute({ document: without, errorPolicy: 'throw' })).toEqualTypeOf<
      Promise<GraphQLResult<{ viewer: User }>>
    >();
  });

  it('gives subscriptions the type of their results', () => {
    const ticks = subscription('Ticks').field('ticks').returns<{ ticks: number }>();
    expectTypeOf(client.subscribe(ticks)).toEqualTypeOf<GraphQLSubscription<{ ticks: number } | undefined>>();
    // @ts-expect-error a subscription comes back by other rules
    void client.subscribe(ticks, {}, { retry: false });
  });
});
