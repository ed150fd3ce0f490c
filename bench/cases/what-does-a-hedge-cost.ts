import { deepStrictEqual } from 'node:assert';
import { Hedge } from 'holdfast';
import { resolve } from '../harness/container.js';
import { type Call, holdfast, limit, type Question } from '../harness/question.js';
import { deadlines } from '../limits/deadlines.js';

function upstreamWith(delay: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @Hedge({ idempotent: true, delay })
    answer(): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** The leanest hedge: a second call when the first one takes too long or fails; no loser is ended. */
function hedge(fn: Call, delay: number): Call {
  const { arm, disarm } = deadlines(delay);
  return () =>
    new Promise((resolve, reject) => {
      let running = 1;
      let hedged = false;
      const copy = () => {
        if (hedged) return;
        hedged = true;
        running++;
        fn().then(won, failed);
      };
      const deadline = arm(copy);
      const won = (value: number) => {
        disarm(deadline);
        resolve(value);
      };
      const failed = (error: unknown) => {
        disarm(deadline);
        copy();
        if (--running === 0) reject(error);
      };
      fn().then(won, failed);
    });
}

/** A call that is answered long before its thirty seconds are over. None of the peers hedges. */
export const hedged: Question = {
  id: 'hedge',
  asks: 'What does a hedge cost?',
  measured: 30_000,
  company: 30_000,
  proved: 20,
  subjects: [
    limit(hedge),
    holdfast((fn, delay) => {
      const upstream = resolve(upstreamWith(delay), fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    let ran = 0;
    const slowAtFirst: Call = () => {
      ran++;
      return ran === 1 ? new Promise(() => {}) : Promise.resolve(42);
    };
    const started = performance.now();
    deepStrictEqual([await protect(slowAtFirst)(), ran], [42, 2], 'answer and number of runs');
    const waited = performance.now() - started;
    deepStrictEqual(waited > 15 && waited < 5_000, true, `hedged after ${waited} ms instead of 20`);
  },
};
