import { expect, it } from 'vitest';
import { ManualClock } from '../../src/testing/index.js';

it('rings what is due at the same time in the order of arming, whatever the durations and lines', async () => {
  const clock = new ManualClock(0);
  const rung: number[] = [];
  for (let i = 0; i < 50; i++) clock.later(100, () => rung.push(i));
  await clock.advance(50);
  for (let i = 50; i < 60; i++) clock.later(50, () => rung.push(i));
  await clock.advance(50);
  expect(rung).toEqual(Array.from({ length: 60 }, (_, i) => i));
});
