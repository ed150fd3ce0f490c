import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { protectForTest, settle } from '../../../src/testing/index.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

it('keeps nothing of what a call came to', async () => {
  // What settles the promise of the latest call stayed in a variable of the module,
  // and with it the answer, until the next call of any method with a timeout.
  const { call } = protectForTest(async () => ({ answer: 42 }), { timeout: '1s' });
  const answered = async () => new WeakRef(await call());
  const answer = await answered();
  for (let i = 0; i < 5 && answer.deref(); i++) {
    await settle();
    collectGarbage();
  }
  expect(answer.deref()).toBeUndefined();
});
