import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

/** What takes as long as it takes: asks again until it holds, for some seconds. */
export async function eventually(holds: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  for (let asked = 0; !(await holds()); asked++) {
    assert.ok(asked < 300, otherwise);
    await wait(asked < 20 ? 0 : 10);
  }
}
