import type { Call } from '../harness/question.js';
import { deadlines } from './deadlines.js';

/** What a late call is told. */
export class TimedOut extends Error {}

/** A timeout by the book: one timer per call, cleared when the call settles. */
export function timerPerCall(fn: Call, after: number): Call {
  return () =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new TimedOut()), after);
      fn().then(
        (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        (error) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
}

/** The same with one timer for all calls. */
export function sharedTimer(fn: Call, after: number): Call {
  const { arm, disarm } = deadlines(after);
  return () =>
    new Promise((resolve, reject) => {
      const deadline = arm(() => reject(new TimedOut()));
      fn().then(
        (value) => {
          disarm(deadline);
          resolve(value);
        },
        (error) => {
          disarm(deadline);
          reject(error);
        },
      );
    });
}
