export { restClientFromEnv } from './rest-client-from-env.js';
export type { Environment } from './variables.js';
