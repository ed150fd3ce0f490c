import { isRejected, seededRandom } from '../../src/core/index.js';
import type { BulkheadOptions } from '../../src/policies/bulkhead/index.js';
import { protect } from '../../src/runtime/index.js';
import { ManualClock, testRuntime } from '../../src/testing/index.js';
import { Due, ModelServer, type ServerMake } from './model-server.js';

/** A server under a steady load, to which something happens for a while. */
export interface Scene {
  readonly server: ServerMake;
  /** Calls in a second, at random times, whatever becomes of the calls before. */
  readonly rate: number;
  /** What is done to the server when the step begins. */
  readonly step: (server: ModelServer) => void;
  /** For how many seconds the step lasts. */
  readonly lasts: number;
}

/** What was seen of half a second. */
export interface Moment {
  /** In seconds, when it ended. */
  readonly at: number;
  /** The limit of the bulkhead at the end. */
  readonly limit: number;
  /** Calls that had a slot at the end. */
  readonly running: number;
  /** The median time to an answer in ms, of the calls that got one; undefined when none did. */
  readonly median: number | undefined;
  readonly answered: number;
  /** Calls that the bulkhead refused. */
  readonly refused: number;
  /** Calls that the server refused. */
  readonly failed: number;
}

/** When the step of a scene begins and ends, and when all is over, in seconds. */
export function timesOf({ lasts }: Scene) {
  return { begin: 20, end: 20 + lasts, over: 60 + lasts } as const;
}

/** How often the course is looked at, in ms. */
const pace = 500;

/** Runs a scene against a server behind a bulkhead, the real one. */
export async function course(scene: Scene, options: BulkheadOptions, seed = 1): Promise<Moment[]> {
  const { clock, runtime } = testRuntime({ seed, record: false, clock: new ManualClock({ together: true }) });
  const server = new ModelServer(scene.server, clock, seededRandom(seed + 1));
  const call = protect(() => server.serve(), { bulkhead: options }, { id: 'Client.call', runtime });
  const seen = new Seen(clock);
  const bulkhead = runtime.bulkheads.get('Client.call');
  load(scene.rate, clock, seed + 2, () => seen.watch(call()));
  const moments: Moment[] = [];
  const times = timesOf(scene);
  for (let at = pace / 1000; at <= times.over; at += pace / 1000) {
    await clock.advance(pace);
    const { limit, running } = bulkhead;
    moments.push({ at, limit, running, ...seen.take() });
    if (at === times.begin) scene.step(server);
    if (at === times.end) restore(server, scene.server);
  }
  return moments;
}

function restore(server: ModelServer, { work, workers }: ServerMake): void {
  server.work = work;
  server.employ(workers);
}

/** Calls at random times, so many a second; times are whole milliseconds, so that rounding is the same everywhere. */
function load(rate: number, clock: ManualClock, seed: number, call: () => void): void {
  const random = seededRandom(seed);
  const start = clock.now();
  let at = 0;
  const next = () => {
    at -= (Math.log(1 - random.next()) / rate) * 1000;
    clock.arm(arrival, start + Math.round(at));
  };
  const arrival: Due = new Due(() => {
    next();
    call();
  });
  next();
}

/** What became of the calls since somebody looked. */
class Seen {
  readonly #clock: ManualClock;
  #times: number[] = [];
  #refused = 0;
  #failed = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  watch(call: Promise<void>): void {
    const began = this.#clock.now();
    call.then(
      () => this.#times.push(this.#clock.now() - began),
      (error) => {
        if (isRejected(error)) this.#refused++;
        else this.#failed++;
      },
    );
  }

  take(): Pick<Moment, 'median' | 'answered' | 'refused' | 'failed'> {
    const sorted = this.#times.sort((a, b) => a - b);
    const taken = {
      median: sorted[Math.floor(sorted.length / 2)],
      answered: sorted.length,
      refused: this.#refused,
      failed: this.#failed,
    };
    this.#times = [];
    this.#refused = 0;
    this.#failed = 0;
    return taken;
  }
}
