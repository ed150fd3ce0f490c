export { compressed } from './compressed.js';
export type { CompressedOptions } from './compressed-options.js';
export type { Algorithm } from './compression.js';
export { refuseAltered } from './faithful.js';
export { msgpackFormat } from './format.js';
export { type JsonOptions, json } from './json.js';
export { readBy, SerializationError, type SerializationFacts, unreadable, writeBy } from './serialization-error.js';
export { structured } from './structured.js';
