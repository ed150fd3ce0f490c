import type { SharedCall, SharedState } from '../../../core/index.js';
import { kept } from './shared-state-trial.js';

const limits = [{ algorithm: 'fixed-window', limit: 2, per: 60_000 }] as const;
const ear = { heard: () => undefined, missed: () => undefined };
const open = { is: 'open', after: 1000, openings: 1 } as const;

/** Everything that can be asked of a shared state. */
export const operations: Readonly<Record<string, (state: SharedState, call: SharedCall) => Promise<unknown>>> = {
  take: ({ permits }, call) => permits.take('key', 1, limits, call),
  giveBack: ({ permits }, call) => permits.giveBack('key', 'none', limits, call),
  read: ({ circuits }, call) => circuits.read('key', kept, call),
  move: ({ circuits }, call) => circuits.move('key', '1', open, kept, call),
  report: ({ circuits }, call) => circuits.report('key', '1', { calls: 1, failures: 0, slow: 0 }, kept, call),
  acquire: ({ leases }, call) => leases.acquire('key', { lasts: 1000 }, call),
  extend: ({ leases }, call) => leases.extend('key', 1, 1000, call),
  release: ({ leases }, call) => leases.release('key', 1, call),
  publish: ({ bus }, call) => bus.publish('key', 'message', call),
  subscribe: ({ bus }, call) => bus.subscribe('key', ear, call),
  check: (state, call) => state.check(call),
};
