import { buildSchema, type DocumentNode, graphql, parse, print, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  $,
  directive,
  enumValue,
  fragment,
  include,
  mutation,
  query,
  skip,
  subscription,
} from '../../../src/graphql/builder/index.js';

interface Built {
  readonly document: DocumentNode;
  toString(): string;
}

const userParts = fragment('UserParts', 'User').fields('id', 'name');

describe('an operation', () => {
  it.each<[string, Built, string]>([
    ['a field', query('A').field('viewer'), 'query A { viewer }'],
    ['several fields', query('A').fields('a', 'b').fields('c'), 'query A { a b c }'],
    ['nested fields', query('A').field('a', (a) => a.field('b', (b) => b.fields('c'))), 'query A { a { b { c } } }'],
    ['a mutation', mutation('A', { id: 'ID!' }).field('add', { id: $('id') }), 'mutation A($id: ID!) { add(id: $id) }'],
    [
      'a subscription',
      subscription('A').field('added', (star) => star.fields('id')),
      'subscription A { added { id } }',
    ],
    ['an alias', query('A').field('a', {}, { as: 'b' }), 'query A { b: a }'],
    [
      'an alias of a field with arguments and a selection',
      query('A').field('a', { x: 1 }, { as: 'b' }, (b) => b.fields('c')),
      'query A { b: a(x: 1) { c } }',
    ],
    [
      'arguments that are named like options',
      query('A').field('a', { as: 'x', args: { search: 'y' }, directives: [] }),
      'query A { a(as: "x", args: {search: "y"}, directives: []) }',
    ],
    ['parts that are undefined', query('A').field('a', undefined as never, {}, undefined), 'query A { a }'],
    [
      'directives on a field, in order',
      query('A', { x: 'Boolean!' }).field('a', {}, { directives: [include($('x')), skip(false), directive('client')] }),
      'query A($x: Boolean!) { a @include(if: $x) @skip(if: false) @client }',
    ],
    [
      'directives on the operation',
      query('A')
        .directives(directive('live'))
        .directives(directive('cached', { ttl: 60 }))
        .fields('a'),
      'query A @live @cached(ttl: 60) { a }',
    ],
    ['an inline fragment', query('A').on('User', (user) => user.fields('id')), 'query A { ... on User { id } }'],
    [
      'an inline fragment with directives',
      query('A').on('User', { directives: [include(true)] }, (user) => user.fields('id')),
      'query A { ... on User @include(if: true) { id } }',
    ],
    [
      'directives on a group',
      query('A').group({ directives: [skip(true)] }, (all) => all.fields('a', 'b')),
      'query A { ... @skip(if: true) { a b } }',
    ],
    ['a group without directives', query('A').group({}, (all) => all.fields('a')), 'query A { ... { a } }'],
    [
      'a named fragment, defined behind the operation',
      query('A').field('viewer', (viewer) => viewer.spread(userParts, { directives: [include(true)] })),
      'query A { viewer { ...UserParts @include(if: true) } } fragment UserParts on User { id name }',
    ],
    [
      'variables with defaults and directives',
      query('A', {
        a: '[ID!]! = ["1"]',
        b: { type: 'Filter', default: { name: 'x = y', tags: [enumValue('NEW')], none: null } },
        c: { type: 'Int', directives: [directive('sensitive', { level: 2 })] },
      }).field('f', { a: $('a'), b: $('b'), c: $('c') }),
      'query A($a: [ID!]! = ["1"], $b: Filter = {name: "x = y", tags: [NEW], none: null}, $c: Int @sensitive(level: 2)) ' +
        '{ f(a: $a, b: $b, c: $c) }',
    ],
    [
      'keywords as names',
      query('query', { on: 'Boolean!' }).field('fragment', { true: $('on') }, { as: 'null' }, (on) =>
        on.on('on', (type) => type.fields('on', 'mutation', '__typename')),
      ),
      'query query($on: Boolean!) { null: fragment(true: $on) { ... on on { on mutation __typename } } }',
    ],
  ])('prints %s', (_what, built, text) => {
    expect(built.toString()).toBe(print(parse(text)));
    expect(built.document).toEqual(parse(text, { noLocation: true }));
  });

  it('prints a whole request as one would write it', () => {
    const getUser = query('GetUser', { login: 'String!', first: 'Int = 10', withRepos: 'Boolean!' }).field(
      'user',
      { login: $('login') },
      (user) =>
        user
          .fields('id', 'name')
          .field(
            'repositories',
            { first: $('first') },
            { as: 'repos', directives: [include($('withRepos'))] },
            (repos) => repos.fields('name'),
          )
          .on('Organization', (org) => org.field('members'))
          .spread(userParts),
    );

    expect(getUser.toString()).toBe(`query GetUser($login: String!, $first: Int = 10, $withRepos: Boolean!) {
  user(login: $login) {
    id
    name
    repos: repositories(first: $first) @include(if: $withRepos) {
      name
    }
    ... on Organization {
      members
    }
    ...UserParts
  }
}

fragment UserParts on User {
  id
  name
}`);
  });

  it('stays as it is when more is selected', () => {
    const base = query('A', { x: 'Boolean!' }).field('a', {}, { directives: [skip($('x'))] });
    const before = base.toString();
    const one = base.fields('b');
    const other = base.directives(directive('live')).field('c', (c) => c.fields('d'));

    expect(base.toString()).toBe(before);
    expect(one.toString()).not.toContain('c');
    expect(other.toString()).not.toContain('b');
  });

  it('lets a half-built selection be shared', () => {
    const built = query('A').field('a', (a) => {
      const more = a.fields('x');
      more.fields('forgotten');
      return more.fields('y');
    });

    expect(built.toString()).toBe('query A {\n  a {\n    x\n    y\n  }\n}');
  });

  it('gives the same document each time, for those who remember documents by identity', () => {
    const built = query('A').fields('a');

    expect(built.document).toBe(built.document);
  });

  it('knows its name, and keeps everything when its result is typed', () => {
    const built = query('A').directives(directive('live')).fields('a');

    expect(built.name).toBe('A');
    expect(built.returns<{ a: string }>().toString()).toBe(built.toString());
  });

  it('carries values to a server as they are', async () => {
    const schema = buildSchema('type Query { echo(text: String!, n: Float!): String } ');
    const rootValue = { echo: ({ text, n }: { text: string; n: number }) => JSON.stringify([text, n]) };
    const text = '") { secrets } #\n"""\\u0000\u0000\u009f🙂';
    const source = query('Echo')
      .field('echo', { text, n: 2 ** 70 })
      .toString();

    const { data, errors } = await graphql({ schema, rootValue, source });

    expect(errors).toBeUndefined();
    expect(JSON.parse(String(data?.echo))).toEqual([text, 2 ** 70]);
  });
});

describe('what is built for a real schema', () => {
  const schema = buildSchema(`
    scalar DateTime
    enum Order { ASC DESC }
    input RepoFilter { name: String, minStars: Int, tags: [String!], createdAfter: DateTime }
    interface Node { id: ID! }
    interface Actor { login: String!, avatar(size: Int = 40): String }
    type User implements Node & Actor {
      id: ID!, login: String!, name: String, avatar(size: Int = 40): String
      repositories(first: Int, after: String, filter: RepoFilter, order: Order): RepoPage!
    }
    type Organization implements Node & Actor {
      id: ID!, login: String!, avatar(size: Int = 40): String, members(first: Int!): [User!]!
    }
    type Repo implements Node { id: ID!, name: String!, stars: Int!, owner: Actor! }
    type RepoPage { nodes: [Repo!]!, endCursor: String }
    union Found = User | Repo
    type Query { actor(login: String!): Actor, node(id: ID!): Node, search(text: String!): [Found!]! }
    type Mutation { addStar(repo: ID!): Repo! }
    type Subscription { starAdded(repo: ID!): Repo! }
  `);
  const repo = fragment('RepoParts', 'Repo').fields('id', 'name', 'stars');
  const user = fragment('UserParts', 'User')
    .fields('id', 'name')
    .field('repositories', { first: $('first'), filter: $('filter'), order: enumValue('DESC') }, (page) =>
      page.field('nodes', (nodes) => nodes.spread(repo)).fields('endCursor'),
    );

  it.each<[string, Built]>([
    [
      'a query with fragments in fragments, interfaces and variables of all kinds',
      query('Actor', { login: 'String!', first: 'Int = 10', filter: { type: 'RepoFilter', default: { tags: ['a'] } } })
        .field('actor', { login: $('login') }, (actor) =>
          actor
            .fields('__typename', 'login')
            .field('avatar', { size: 80 }, { as: 'large' })
            .field('avatar', { size: 20 }, { as: 'small' })
            .spread(user)
            .on('Organization', (org) => org.field('members', { first: 3 }, (members) => members.spread(user))),
        )
        .field('node', { id: '1' }, (node) => node.fields('id').spread(repo)),
    ],
    [
      'a union whose types give one name to different fields',
      query('Search', { text: 'String!' }).field('search', { text: $('text') }, (found) =>
        found
          .on('User', (each) => each.field('login', {}, { as: 'label' }))
          .on('Repo', (each) => each.field('name', {}, { as: 'label' })),
      ),
    ],
    [
      'a mutation',
      mutation('Star', { repo: 'ID!' }).field('addStar', { repo: $('repo') }, (starred) => starred.spread(repo)),
    ],
    ['a subscription', subscription('Stars').field('starAdded', { repo: 7 }, (starred) => starred.spread(repo))],
  ])('is valid there: %s', (_what, { document }) => {
    expect(validate(schema, document)).toEqual([]);
  });
});
