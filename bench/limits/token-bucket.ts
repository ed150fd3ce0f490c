import type { Call } from '../harness/question.js';

/** So many permits an hour, and so many at once after an hour's rest. */
export function tokenBucket(fn: Call, permits: number): Call {
  const perMillisecond = permits / 3_600_000;
  let tokens = permits;
  let filledAt = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(permits, tokens + (now - filledAt) * perMillisecond);
    filledAt = now;
    if (tokens < 1) return Promise.reject(new Error('too many calls'));
    tokens -= 1;
    return fn();
  };
}
