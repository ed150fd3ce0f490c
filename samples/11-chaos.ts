import assert from 'node:assert/strict';
import { Chaos, Fallback } from 'holdfast';
import { RecordedEvents, testRuntime } from 'holdfast/testing';

class StationDown extends Error {}

class Weather {
  // Innermost of all, in the place of the method: all that protects it is put to the test. Off unless enabled.
  @Chaos({ enabled: true, rate: 0.2, fault: StationDown, seed: 42 })
  @Fallback({ method: 'yesterday', on: StationDown })
  async today(): Promise<string> {
    return 'sunny';
  }

  async yesterday(): Promise<string> {
    return 'probably like yesterday';
  }
}

/** Asks a hundred times; gives the answers, and the errors that were injected. */
async function drill(): Promise<{ answers: string[]; injected: unknown[] }> {
  const { runtime } = testRuntime();
  const events = new RecordedEvents(runtime);
  const weather = new Weather();
  runtime.bind(weather);
  const answers: string[] = [];
  for (let i = 0; i < 100; i++) answers.push(await weather.today());
  return { answers, injected: events.of('chaos.injected').map(({ error }) => error) };
}

const { answers, injected } = await drill();
const substitutes = answers.filter((answer) => answer === 'probably like yesterday');
assert(injected.length > 0, 'a drill without a fault proves nothing');
assert.equal(substitutes.length, injected.length); // each fault was answered, and nothing else was
console.log(`${injected.length} faults in 100 calls: ${substitutes.length} substitutes, no error`);
console.log((injected[0] as StationDown).message);

// The same seed strikes the same calls: a drill that has found something can be run again.
assert.deepEqual((await drill()).answers, answers);
console.log('and the same again');
