export type { HoldfastMatchers } from '../events/event-matchers.js';
export { matchers } from './extended-expect.js';
