export { bindResilient } from './bind-resilient.js';
export {
  type LentRuntime,
  type NewRuntime,
  type ResilienceModuleOptions,
  resilienceModule,
} from './resilience-module.js';
