export { type UndiciAdapter, undiciAdapter } from './undici-adapter.js';
export type { UndiciAdapterOptions } from './undici-options.js';
