export type { OriginStats, TransportStats } from './connections.js';
export { Transport } from './transport.js';
export type { TransportSettings } from './transport-settings.js';
