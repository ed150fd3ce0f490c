export { type CurrentCall, currentCall } from '../core/index.js';
export { catalogue } from '../policies/catalogue.js';
export { runtimeBehind, runtimeOf } from './attachment.js';
export { Declaration, type DeclaredSpec } from './declaration.js';
export {
  classDeclarationOf,
  declarationBehind,
  declareMethod,
  findDeclaration,
  hasMethods,
  type MethodPlace,
} from './declarations.js';
export { defaultRuntime, setDefaultRuntime } from './default-runtime.js';
export { dispatcherOf } from './dispatch.js';
export { checkCompany } from './exclusion.js';
export { type ExplainedPolicy, type ExplainOptions, type Explanation, explain } from './explain.js';
export { type GivenPolicies, policyOptions, readOptions, specsOf } from './given-policies.js';
export { type KindName, noteKind } from './kinds-in-force.js';
export { isProtected } from './preparation.js';
export type { PreparedMethod, PreparedPolicy } from './prepared-method.js';
export { type AsyncFunction, type DetailedResult, type Protected, type ProtectOptions, protect } from './protect.js';
export { Runtime } from './runtime.js';
export type {} from './runtime-events.js';
export type { Listener, RuntimeOptions } from './runtime-options.js';
