import { Agent, request } from 'node:http';

/** How many requests ended in which way, as their clients saw it. */
export type Endings = Record<'200' | '503' | 'reset' | 'left', number>;

/** Requests that are under way at once, more than the server has slots. */
export const lanes = 120;

/** Sends so many requests; each tenth has a name that another one has, too, and each twentieth is left before its answer. */
export async function send(url: string, requests: number): Promise<Endings> {
  const endings: Endings = { '200': 0, '503': 0, reset: 0, left: 0 };
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  let sent = 0;
  const lane = async () => {
    while (sent < requests) endings[await one(url, agent, sent++)]++;
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  agent.destroy();
  return endings;
}

/** A message of an odd number that is not asked for alone: its name is that of the request before. */
function one(url: string, agent: Agent, number: number): Promise<keyof Endings> {
  const leaves = number % 20 === 7;
  const name = number % 10 === 3 ? `name ${number - 1}` : `name ${number}`;
  return new Promise((resolve, reject) => {
    const path = leaves ? '/msg?delay=60000' : '/msg';
    const asked = request(`${url}${path}`, { agent, headers: { 'x-request-id': name } }, (answer) => {
      answer.on('error', () => resolve('reset'));
      answer.on('end', () => resolve(String(answer.statusCode) as '200' | '503'));
      answer.resume();
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      if (leaves) resolve('left');
      else if (error.code === 'ECONNRESET') resolve('reset');
      else reject(error);
    });
    asked.end();
    if (leaves) asked.setTimeout(50, () => asked.destroy());
  });
}
