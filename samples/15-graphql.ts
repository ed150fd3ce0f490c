import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSchema, GraphQLError, graphql } from 'graphql';
import { Cached, Fallback } from 'holdfast';
import { $, GraphQLClient, GraphQLRequestError, mutation, query } from 'holdfast/graphql';

const getRepo = query('GetRepo', { owner: 'String!', name: 'String!' })
  .field('repository', { owner: $('owner'), name: $('name') }, (repo) => repo.fields('name', 'stars'))
  .returns<{ repository: { name: string; stars: number } }>();
const addStar = mutation('AddStar', { repo: 'String!' }).field('addStar', { repo: $('repo') });

class GitHub {
  constructor(readonly api: GraphQLClient) {}

  @Cached('1m')
  @Fallback({ value: 0, on: 'GRAPHQL_NOT_FOUND' })
  async stars(owner: string, name: string): Promise<number> {
    return (await this.api.query(getRepo, { owner, name })).data.repository.stars;
  }

  async star(repo: string): Promise<void> {
    await this.api.mutate(addStar, { repo });
  }
}

let requests = 0;
const schema = buildSchema(`
  type Query { repository(owner: String!, name: String!): Repo  hint: String }
  type Mutation { addStar(repo: String!): Int }
  type Repo { name: String!  stars: Int! }
`);
const failed = (code: string) => new GraphQLError(`the server says ${code}`, { extensions: { code } });
const rootValue = {
  repository: ({ name }: { name: string }) => {
    if (requests === 1) return failed('INTERNAL_SERVER_ERROR');
    return name === 'node' ? { name, stars: 118_000 } : failed('NOT_FOUND');
  },
  hint: () => failed('FORBIDDEN'),
  addStar: () => failed('SERVICE_UNAVAILABLE'),
};
const server = createServer(async (request, response) => {
  requests++;
  const { query: source, variables: variableValues } = JSON.parse(await text(request));
  response.setHeader('content-type', 'application/graphql-response+json');
  response.end(JSON.stringify(await graphql({ schema, source, variableValues, rootValue })));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
const github = new GitHub(new GraphQLClient({ name: 'github', url, retry: { delay: '5ms' } }));
console.log(`${await github.stars('nodejs', 'node')} stars, ${requests} requests: a failure of the server is repeated`);
console.log(`${await github.stars('nodejs', 'node')} stars, ${requests} requests: cached`);
console.log(`${await github.stars('nodejs', 'nod')} stars, ${requests} requests: no failure, but an answer`);
const error = await github.star('nodejs/node').catch((thrown) => thrown);
console.log(error instanceof GraphQLRequestError, error.code, `${requests} requests: nobody knows whether it was done`);
const document = '{ repository(owner: "nodejs", name: "node") { name } hint }';
const { data, firstError } = await github.api.execute({ document });
console.log(JSON.stringify(data), firstError?.path, firstError?.code);
github.api.close();
server.close();
