export { seededRandom } from '../core/index.js';
export { ManualClock, settle } from './manual-clock.js';
export { type RecordedEvent, RecordedEvents } from './recorded-events.js';
export { sequence, type TestRuntime, testRuntime } from './test-runtime.js';
