import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { execute, type GraphQLError, getOperationAST, parse, subscribe, validate } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { rootOf, schema, type World } from './schema.js';

/** A request as it came in. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: any;
}

/** Answers a request in the server's place; false leaves it to the server. */
export type Instead = (response: ServerResponse, asked: Asked) => unknown;

/** A small GraphQL server, as servers are, with what tests want to see and to break. */
export interface GraphQLServer {
  readonly url: string;
  readonly world: World;
  readonly asked: Asked[];
  /** What connectionParams said, connection by connection. */
  readonly params: unknown[];
  /** Automatic persisted queries: known by their hashes, or refused. */
  persisted: 'on' | 'unsupported';
  batching: boolean;
  /** Answers for the next requests. */
  readonly instead: Instead[];
  /** What a new WebSocket is met with: false refuses it (4403). */
  onConnect: (params: unknown) => boolean;
  readonly sockets: ReadonlySet<Socket>;
  tick(value: number): void;
  /** Closes all WebSockets with a code, or cuts all connections. */
  closeSockets(code: number, reason?: string): void;
  cut(): void;
  close(): Promise<void>;
}

const json = 'application/graphql-response+json; charset=utf-8';

export async function startGraphQLServer(): Promise<GraphQLServer> {
  const world: World = { mutations: 0, failures: new Map(), ticks: new Set() };
  const http = createServer();
  const sockets = new Set<Socket>();
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const webSockets = new WebSocketServer({ server: http, path: '/graphql' });
  const known = new Map<string, string>();
  const server: GraphQLServer = {
    ...{ world, asked: [], params: [], persisted: 'on', batching: true, instead: [], sockets, url: '' },
    onConnect: () => true,
    tick: (value) => {
      for (const listener of world.ticks) listener(value);
    },
    closeSockets: (code, reason) => {
      for (const socket of webSockets.clients) socket.close(code, reason);
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => closed(http, webSockets, sockets),
  };
  useServer(
    {
      ...{ schema, parse, validate, execute, subscribe }, // of this copy of graphql, which the schema is of
      roots: { query: rootOf(world), mutation: rootOf(world), subscription: rootOf(world) } as never,
      onConnect: ({ connectionParams }) => {
        server.params.push(connectionParams);
        return server.onConnect(connectionParams);
      },
    },
    webSockets,
  );
  http.on('request', (request, response) => void answer(server, known, request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return Object.assign(server, { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql` });
}

async function answer(
  server: GraphQLServer,
  known: Map<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const url = new URL(request.url ?? '', server.url);
  const body = request.method === 'GET' ? fromQuery(url) : JSON.parse(text);
  const asked: Asked = { method: request.method ?? '', url, headers: request.headers, body };
  server.asked.push(asked);
  if (server.instead.length > 0 && server.instead.shift()?.(response, asked) !== false) return;

  const { accept = '' } = request.headers;
  if (accept.includes('text/event-stream')) return stream(server, body, response, events);
  if (accept.includes('multipart/mixed')) return stream(server, body, response, parts);
  if (Array.isArray(body)) {
    if (!server.batching) return send(response, 400, { errors: [{ message: 'Operation batching disabled.' }] });
    return send(response, 200, await Promise.all(body.map(async (one) => (await run(server, known, one)).result)));
  }
  const { status, result } = await run(server, known, body);
  const headers = request.method === 'GET' && status === 200 ? { 'cache-control': 'max-age=60' } : {};
  send(response, status, result, headers);
}

async function run(server: GraphQLServer, known: Map<string, string>, body: any) {
  const hash = body.extensions?.persistedQuery?.sha256Hash;
  if (hash !== undefined && server.persisted === 'unsupported')
    return refused('PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');
  if (hash !== undefined && body.query === undefined && !known.has(hash))
    return refused('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
  const query = body.query ?? known.get(hash);
  if (hash !== undefined && createHash('sha256').update(query).digest('hex') === hash) known.set(hash, query);
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0)
    return { status: 400, result: { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) } };
  const result = await execute({
    ...{ schema, document, rootValue: rootOf(server.world), variableValues: body.variables },
    operationName: body.operationName,
  });
  return { status: 200, result };
}

function refused(message: string, code: string) {
  return { status: 200, result: { errors: [{ message, extensions: { code } }] } };
}

function withCode({ message, locations }: GraphQLError, code: string) {
  return { message, locations, extensions: { code } };
}

interface Carrier {
  readonly type: string;
  next(result: unknown): string;
  readonly end: string;
}

const events: Carrier = {
  type: 'text/event-stream; charset=utf-8',
  next: (result) => `event: next\ndata: ${JSON.stringify(result)}\n\n`,
  end: 'event: complete\ndata:\n\n',
};

const parts: Carrier = {
  type: 'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0',
  next: (result) => `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({ payload: result })}\r\n--graphql`,
  end: '--\r\n',
};

async function stream(server: GraphQLServer, body: any, response: ServerResponse, carrier: Carrier): Promise<void> {
  const document = parse(body.query);
  const errors = validate(schema, document);
  if (errors.length > 0)
    return send(response, 400, { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) });
  const results = await subscribe({
    ...{ schema, document, rootValue: rootOf(server.world), variableValues: body.variables },
    operationName: getOperationAST(document, body.operationName)?.name?.value,
  });
  if (!(Symbol.asyncIterator in results)) return send(response, 200, results);
  response.once('close', () => void results.return?.(undefined));
  response.writeHead(200, { 'content-type': carrier.type });
  response.write(carrier === parts ? '--graphql' : ':\n\n');
  try {
    for await (const result of results) response.write(carrier.next(result));
    response.end(carrier.end);
  } catch {
    response.destroy();
  }
}

function send(response: ServerResponse, status: number, result: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': json, ...headers }).end(JSON.stringify(result));
}

function fromQuery({ searchParams }: URL) {
  const read = (name: string) => JSON.parse(searchParams.get(name) ?? 'null') ?? undefined;
  return {
    query: searchParams.get('query') ?? undefined,
    operationName: searchParams.get('operationName') ?? undefined,
    variables: read('variables'),
    extensions: read('extensions'),
  };
}

async function closed(http: Server, webSockets: WebSocketServer, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  webSockets.close();
  await new Promise((resolve) => http.close(resolve));
}
