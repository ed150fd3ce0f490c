import type { BulkheadOptions } from '../../src/policies/bulkhead/index.js';
import type { Scene } from './course.js';

/** 120 calls a second to a server that can take 160; then three quarters of its workers are gone for a while. */
export const capacity: Scene = {
  server: { workers: 16, work: 100 },
  rate: 120,
  step: (server) => server.employ(4),
  lasts: 30,
};

/** The same for long enough that even an algorithm in small steps settles. */
export const longer: Scene = { ...capacity, lasts: 90 };

/** As `capacity`, but the server refuses what finds more than six waiting. */
export const refusing: Scene = { ...capacity, server: { ...capacity.server, room: 6 } };

/** 120 calls a second to a server that can take 640; then each takes four times as long for a while, and it can still take 160. */
export const latency: Scene = {
  server: { workers: 64, work: 100 },
  rate: 120,
  step: (server) => {
    server.work *= 4;
  },
  lasts: 30,
};

/** The same, and it stays so for longer than anybody would call a while. */
export const forGood: Scene = { ...latency, lasts: 400 };

/** The bulkheads that are compared, by their names in the plots. */
export const bulkheads = {
  'fixed at 200': { maxConcurrent: 200 },
  aimd: { maxConcurrent: 200, adaptive: { algorithm: 'aimd', timeout: '500ms' } },
  vegas: { maxConcurrent: 200, adaptive: 'vegas' },
  gradient2: { maxConcurrent: 200, adaptive: 'gradient2' },
} as const satisfies Readonly<Record<string, BulkheadOptions>>;

/** One that looks at drops alone. */
export const dropsAlone = {
  maxConcurrent: 200,
  adaptive: { algorithm: 'aimd', timeout: Number.POSITIVE_INFINITY },
} as const satisfies BulkheadOptions;
