export {
  type Awaitable,
  type CacheEntry,
  type CacheStore,
  lastUntil,
  type MemoryStore,
  matchesTag,
  type Serializer,
  type StoreCall,
  type StoreSweep,
} from '../policies/cache/index.js';
export { type MemoryStoreOptions, memoryStore } from './memory-store.js';
export {
  type Algorithm,
  type CompressedOptions,
  compressed,
  type JsonOptions,
  json,
  SerializationError,
  type SerializationFacts,
  structured,
} from './serializers/index.js';
export { tiered } from './tiered.js';
export type { StoreOperation, TieredOptions, TierTrouble } from './tiered-options.js';
