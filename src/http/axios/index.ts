export type { AxiosResilience, AxiosTimeouts } from './axios-config.js';
export { type AxiosProtection, protectAxios } from './protect-axios.js';
export type { ProtectAxiosOptions } from './protection-options.js';
