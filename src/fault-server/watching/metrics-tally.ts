import type { FastifyRequest } from 'fastify';
import { templateOf } from '../answers/answers.js';
import type { OpenEntry } from '../journal/open-journal.js';

/** Upper bounds of the buckets of durations, in seconds; the last bucket has none. */
export const durationBounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** Requests of one kind: how they came in and how they ended. */
export interface RequestSeries {
  readonly method: string;
  /** The template of the path, such as '/items/:id', or as it was given; 'other' for paths that the server does not know. */
  readonly route: string;
  readonly outcome: string;
  /** 'none' where none was sent. */
  readonly status: string;
  count: number;
}

/** How long requests on one route took. */
export interface RouteDurations {
  /** How many fell into each bucket, those below it not included. */
  readonly counts: number[];
  sum: number;
}

/** Statuses are for clients to choose, routes for tests, and so would be the size of a scrape. */
const mostSeries = 1000;

const usualMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts requests that ended, in plain fields: whoever scrapes pays for the form. */
export class MetricsTally {
  readonly #requests = new Map<string, RequestSeries>();
  readonly #durations = new Map<string, RouteDurations>();

  get requests(): Iterable<RequestSeries> {
    return this.#requests.values();
  }

  get durations(): Iterable<readonly [route: string, durations: RouteDurations]> {
    return this.#durations;
  }

  /** Counts a request at its end. */
  count({ method, outcome = 'closed', status, took = 0 }: OpenEntry, request: FastifyRequest): void {
    const route = templateOf(request) ?? request.routeOptions.url ?? 'other';
    this.#series(usualMethods.has(method) ? method : 'other', route, outcome, String(status ?? 'none')).count++;
    this.#time(route, took / 1000);
  }

  #series(method: string, route: string, outcome: string, status: string): RequestSeries {
    const key = `${method} ${route} ${outcome} ${status}`;
    const known = this.#requests.get(key);
    if (known) return known;
    if (this.#requests.size >= mostSeries && status !== 'other')
      return this.#series('other', 'other', outcome, 'other');
    const series = { method, route, outcome, status, count: 0 };
    this.#requests.set(key, series);
    return series;
  }

  #time(route: string, seconds: number): void {
    const durations = this.#durationsOf(route);
    let bucket = 0;
    while (bucket < durationBounds.length && seconds > (durationBounds[bucket] as number)) bucket++;
    (durations.counts[bucket] as number)++;
    durations.sum += seconds;
  }

  #durationsOf(route: string): RouteDurations {
    const known = this.#durations.get(route);
    if (known) return known;
    if (this.#durations.size >= mostSeries && route !== 'other') return this.#durationsOf('other');
    const durations = { counts: new Array<number>(durationBounds.length + 1).fill(0), sum: 0 };
    this.#durations.set(route, durations);
    return durations;
  }
}
