import { setTimeout as wait } from 'node:timers/promises';
import { Load } from '../effect/load.js';
import type { ServerProcess } from '../effect/server-process.js';
import { undisturbed } from '../effect/undisturbed.js';
import { Client, type Difference } from './client.js';
import type { Course } from './courses.js';
import { type Counts, type Figures, figuresBetween, type Mark } from './figures.js';

/** A server that counts. */
export type Server = ServerProcess<'count', Counts>;

/** What came of a load in its two parts. */
export interface Seen {
  readonly onset: Figures;
  readonly standing: Figures;
}

/** Lets clients go through the same course, each with a server of its own, at the same time: what the machine does meets them alike. Undefined if it did too much. */
export function compare<Name extends string>(
  course: Course,
  clients: Readonly<Record<Name, Difference>>,
  servers: readonly Server[],
): Promise<Readonly<Record<Name, Seen>> | undefined> {
  return undisturbed(async () => {
    const runs = Object.entries<Difference>(clients).map(async ([name, difference], index) => [
      name,
      await goThrough(course, difference, servers[index] as Server),
    ]);
    return Object.fromEntries(await Promise.all(runs));
  }, servers);
}

async function goThrough(course: Course, difference: Difference, server: Server): Promise<Seen> {
  await using client = new Client(server.url, difference);
  const load = new Load(client.call, course.before.pace);
  await wait(course.before.lasts);
  load.pace = course.pace;
  const start = await mark(server);
  server.longestStall = 0;
  await wait(course.onset);
  const middle = await mark(server);
  await wait(course.standing);
  const end = await mark(server);
  await wait(course.after);
  const results = await load.stop();
  const account = { capacity: course.capacity, results, requests: client.requests, refusals: client.refusals };
  return { onset: figuresBetween(start, middle, account), standing: figuresBetween(middle, end, account) };
}

async function mark(server: Server): Promise<Mark> {
  const counts = await server.tell('count');
  return { ...counts, at: performance.now() };
}
