import assert from 'node:assert/strict';
import { protect } from '../../../runtime/index.js';
import { unobservedDuring } from '../unobserved.js';
import { upTo } from '../up-to.js';
import { type Demand, type LoggerTrial, textOf } from './logger-trial.js';

/** That a logger goes with its level and its runtime, and harms nobody. */
export const loggerLifeDemands: readonly Demand[] = [
  {
    title: 'writes nothing below its level, also when that changes',
    of: 'levels',
    check: async (trial) => {
      for (const name of ['first', 'second']) {
        await trial.level('warn');
        trial.debug(`unwanted-${name}`);
        trial.warn(`important-${name}`);
        await trial.level('debug');
        trial.debug(`wanted-${name}`);
      }
      const names = (await trial.written()).map((line) => /(?:important|wanted|unwanted)-\w+/.exec(textOf(line))?.[0]);
      assert.deepEqual(names, ['important-first', 'wanted-first', 'important-second', 'wanted-second']);
    },
  },
  {
    title: 'breaks no call',
    check: async (trial) => {
      assert.deepEqual(await unobservedDuring(() => callsPass(trial)), [], 'errors that nobody observed');
    },
  },
  {
    title: 'breaks no call when it cannot write',
    of: 'breaks',
    check: async (trial) => {
      await trial.break();
      assert.deepEqual(await unobservedDuring(() => callsPass(trial)), [], 'errors that nobody observed');
    },
  },
  {
    title: 'stops with its runtime, and goes on for others',
    check: async (trial) => {
      const other = trial.newRuntime();
      await other.dispose({ drain: 0 });
      const before = (await trial.written()).length;
      trial.warn('unwanted', other);
      trial.warn('wanted');
      const lines = (await trial.written()).slice(before).map(textOf);
      assert.ok(
        lines.some((line) => /\bwanted/.test(line)),
        'it has stopped for all',
      );
      assert.ok(!lines.some((line) => line.includes('unwanted')), 'it writes for a runtime that is disposed');
    },
  },
];

/** Calls that fail once are repeated and answered, whatever the logger does. */
async function callsPass(trial: LoggerTrial): Promise<void> {
  const work = protect(
    async (index: number, failures: { left: number }) => {
      if (failures.left-- > 0) throw Object.assign(new Error('failed'), { code: 'E_FAILED' });
      return index;
    },
    { retry: { maxAttempts: 2, delay: 0 } },
    { id: 'Service.work', runtime: trial.runtime },
  );
  for (const index of upTo(20)) assert.equal(await work(index, { left: 1 }), index);
}
