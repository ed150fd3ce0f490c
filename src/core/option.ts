export { callback, count, duration, flag, name, oneOf, quantity, rate, read, that } from './checks.js';
export { matchers } from './judgement.js';
export { listOf } from './option-list.js';
export { anything, maybe, optional, options, required } from './options.js';
