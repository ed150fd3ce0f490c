export { readTold } from './read-told.js';
export { spentFor } from './spent-for.js';
export type { Told, ToldWindow } from './told.js';
export { ToldLimits } from './told-limits.js';
