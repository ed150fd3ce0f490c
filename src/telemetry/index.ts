export type { AnyListener, EventListener, EventName, Events } from '../core/index.js';
export type { Listener, PreparedMethod, PreparedPolicy, Runtime } from '../runtime/index.js';
export { diagnosticsChannel } from './diagnostics-channel.js';
