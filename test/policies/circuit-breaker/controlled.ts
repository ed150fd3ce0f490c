import { Boom } from '../../../src/testing/index.js';

/** A method that does as it is told, call by call. */
export interface Controlled {
  (what?: unknown): Promise<unknown>;
  /** How often it ran. */
  calls: number;
  /** What it does: fail with Boom, succeed, hang, or whatever else a function does. */
  does: 'fail' | 'succeed' | 'hang' | (() => unknown);
  /** Settles the hanging calls, in the order in which they started. */
  readonly hanging: { resolve(value?: unknown): void; reject(error: unknown): void }[];
}

export function controlled(does: Controlled['does'] = 'fail'): Controlled {
  const method = async (): Promise<unknown> => {
    method.calls++;
    if (method.does === 'fail') throw new Boom(`failure ${method.calls}`);
    if (method.does === 'succeed') return 'ok';
    if (typeof method.does === 'function') return method.does();
    return new Promise((resolve, reject) => method.hanging.push({ resolve, reject }));
  };
  method.calls = 0;
  method.does = does;
  method.hanging = [] as Controlled['hanging'][number][];
  return method;
}

/** Calls something so often, one call after the other; tells how each came out: its value, or the name of its error. */
export async function outcomes(times: number, call: () => Promise<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let turn = 0; turn < times; turn++) seen.push(await call().catch((error) => error.name ?? error));
  return seen;
}

/** What a call is rejected with. */
export async function rejection(
  call: Promise<unknown>,
): Promise<{ readonly retryAfter?: number; readonly cause?: unknown } & Error> {
  return call.then(
    (value) => {
      throw new Error(`resolved to ${String(value)}`);
    },
    (error) => error,
  );
}
