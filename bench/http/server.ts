import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from 'holdfast/testing';

// The program of the server: it tells its port once it listens, and how many requests it has seen when it is asked, and ends with its parent.
const answer = JSON.stringify({
  answer: 42,
  text: 'a small answer, as most of them are',
  tags: ['one', 'two', 'three'],
});
const answered = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(answer),
  'cache-control': 'max-age=60',
};

/** Of the answers that take their time, one in a hundred takes half a second. */
const slowShare = 0.01;
const slow = 500;
/** The same for everybody in each run. */
const chance = seededRandom(20_261_122);

const failures = new Map<string, number>();
let seen = 0;

const server = createServer((request, response) => {
  seen += 1;
  const { pathname, search } = new URL(request.url ?? '/', 'http://server');
  if (pathname === '/answer') reply(response, 200);
  else if (pathname === '/flaky') reply(response, failsTwice(search) ? 503 : 200);
  else if (pathname === '/broken') reply(response, 500);
  else if (pathname === '/late')
    setTimeout(reply, chance.next() < slowShare ? slow : 2 + 6 * chance.next(), response, 200);
  else if (pathname !== '/hanging') reply(response, 404);
});

// Whose turn it is not keeps its connections: none of them may be closed in between.
server.keepAliveTimeout = 0;
server.maxRequestsPerSocket = 0;
server.requestTimeout = 0;
server.headersTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on('message', () => process.send?.({ seen }));
process.on('disconnect', () => process.exit());

function reply(response: ServerResponse, status: number): void {
  response.writeHead(status, answered).end(answer);
}

function failsTwice(name: string): boolean {
  const times = failures.get(name) ?? 0;
  failures.set(name, times + 1);
  return times < 2;
}
