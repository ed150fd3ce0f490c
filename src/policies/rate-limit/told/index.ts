export { readTold } from './read-told.js';
export type { Told, ToldWindow } from './told.js';
export { ToldLimits } from './told-limits.js';
