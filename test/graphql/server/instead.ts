import type { Instead } from './graphql-server.js';

/** Answers with a status, a type and a body. */
export function answering(status: number, type: string, body: unknown, headers: Record<string, string> = {}): Instead {
  return (response) => {
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Breaks the connection instead of answering. */
export const resetting: Instead = (response) => {
  response.socket?.destroy();
};

/** Leaves the request to the server. */
export const passing: Instead = () => false;
